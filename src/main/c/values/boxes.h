#ifndef BB_BOXES_H
#define BB_BOXES_H

#include "base/bb.h"

/* The Java class that a number or a text remembers, in the aux of its slot. Boxes.java has the same numbers. */
enum bb_box {
    BB_PLAIN = 0, /* of Python's own types */
    BB_BYTE_BOX = 1,
    BB_SHORT_BOX = 2,
    BB_INTEGER_BOX = 3,
    BB_LONG_BOX = 4,
    BB_BIG_INTEGER_BOX = 5,
    BB_FLOAT_BOX = 6,
    BB_DOUBLE_BOX = 7,
    BB_CHARACTER_BOX = 8,
    BB_BOX_COUNT = 9,
    BB_PRIMITIVE = 16, /* added where the number is a primitive of that class's width, and no box */
};

/* The class that the type of a number or text stands for. BB_PLAIN for any other type. -1 with an exception set. */
int bb_box_of(PyObject *value);

/*
 * The value of a result: `plain`, or what is equal to it and remembers the class. Takes the reference to `plain`.
 * NULL is the result of a function that failed, and passes the failure on.
 */
PyObject *bb_boxed(int box, PyObject *plain);

#endif

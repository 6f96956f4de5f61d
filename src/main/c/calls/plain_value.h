/* Values of Python's own types that C reads for Java, with no conversion in Java. */
#ifndef BB_PLAIN_VALUE_H
#define BB_PLAIN_VALUE_H

#include "base/bb.h"

/* What Java wants of an object. PythonCalls.java has the same numbers. */
enum bb_wanted { BB_WANTED_STRING = 1, BB_WANTED_INTS = 2, BB_WANTED_LONGS = 3, BB_WANTED_DOUBLES = 4 };

/*
 * New local reference to a String of a str, or to an array of the items of a list or tuple. All types count exactly: a
 * subclass may behave otherwise. The items are ints that the element type has, and for a double[] also floats. For
 * any other object this is NULL with no exception, and Java converts it. NULL with an exception set if memory is short.
 * Runs no code of users.
 */
jobject bb_plain_value(JNIEnv *env, PyObject *object, enum bb_wanted wanted);

#endif

/*
 * Values between the languages: the layout that Slots.java reads and writes.
 *
 * The arguments of a call are an array of slots in native memory, plus an array of references. The second array is
 * for values that only a reference can carry. One JNI call takes both.
 */
#ifndef BB_SLOTS_H
#define BB_SLOTS_H

#include "base/bb.h"

enum bb_tag {
    BB_NONE = 0,
    BB_BOOL = 1,       /* payload: 0 or 1 */
    BB_INT = 2,        /* payload: the value; aux: its bb_box */
    BB_BIGINT = 3,     /* payload: index of a byte[], two's complement, big-endian; as a result, the returned object */
    BB_FLOAT = 4,      /* payload: the double's bits; aux: its bb_box */
    BB_STR = 5,        /* payload: index of a String; aux: its bb_box; as a result, the returned object */
    BB_OBJECT = 6,     /* payload: index of the object; as a result, the returned object, aux: type id */
    BB_SEQUENCE = 7,   /* payload: address of `aux` slots */
    BB_OPAQUE = 8,     /* payload: index of a String, the Python type's name, and bb_kind above 32 bits; aux: index of
                          Java's PythonObject */
    BB_BUFFER = 9,     /* payload: address of the bb_lease, plus 1 for bytes; aux: index of Java's PythonBuffer */
    BB_CHAR = 10,      /* from Java only, as result or argument; payload: a UTF-16 unit; aux: its bb_box */
    BB_PYTHON = 11,    /* result only; payload: a new reference to a Python object */
    BB_LENT = 12,      /* argument from Java only; payload: a lent reference to a Python object */
    BB_DESCRIBED = 13, /* payload: address of the slots of a description; aux: index of Java's PythonObject */
    BB_DECIMAL = 14,   /* from Java only; the unscaled value as BB_BIGINT has it, aux: the scale */
    BB_CONVERTED = 15, /* result of a Python function only: the returned object is the value for Java */
    BB_ITERABLE = 16,  /* payload: address of the bb_arguments that it was packed into, and what it is (below);
                          aux: index of Java's PythonObject, then its PackedItems, then the String of its type's name,
                          then its PythonBuffer */
};

/* What Java may make of a BB_OPAQUE where it is asked for. */
enum bb_kind {
    BB_CALLABLE = 1,
};

/* What a BB_ITERABLE is, as `iterables.py` and Iterables.java have it. These bits are free in the address beside it. */
enum bb_iterable {
    BB_UNASKED = 0, /* Java has it asked by bb_ask_kind(), where it matters */
    BB_MAPPING = 2,
    BB_SET = 3,
    BB_COLLECTION = 4,
    BB_ITERATOR = 6,
    BB_RANGE = 7,
    BB_KINDS = 7,              /* the bits of the kind */
    BB_CALLABLE_ITERABLE = 8,  /* a bit beside the kind: it can be called, too */
    BB_ITERABLE_ALIGNMENT = 16 /* of the address */
};

typedef struct bb_slot {
    int32_t tag;
    int32_t aux;
    int64_t payload;
    PyObject *object; /* for an argument from Python: the value itself, borrowed for the call */
} bb_slot;

_Static_assert(sizeof(bb_slot) == 24 && offsetof(bb_slot, object) == 16, "Slots.java reads slots of 24 bytes");

#endif

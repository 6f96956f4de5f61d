/*
 * Values between the languages: the layout that Slots.java reads and writes.
 *
 * The arguments of a call are an array of slots in native memory, plus an array of references. The second array is
 * for values that only a reference can carry. One JNI call takes both.
 */
#ifndef BB_SLOTS_H
#define BB_SLOTS_H

#include "base/bb.h"

#include "leases/lease.h"

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
};

/* What Java may make of a BB_OPAQUE where it is asked for. */
enum bb_kind {
    BB_CALLABLE = 1,
};

typedef struct bb_slot {
    int32_t tag;
    int32_t aux;
    int64_t payload;
    PyObject *object; /* for an argument from Python: the value itself, borrowed for the call */
} bb_slot;

_Static_assert(sizeof(bb_slot) == 24 && offsetof(bb_slot, object) == 16, "Slots.java reads slots of 24 bytes");

/* The items of a list or tuple, or the parts of a description. Java may ask for them. */
typedef struct bb_items {
    bb_slot *slots;  /* owned */
    PyObject *tuple; /* owned: keeps the items alive */
} bb_items;

/* The memory of one call's arguments. */
typedef struct bb_arguments {
    JNIEnv *env;
    jobject *refs; /* local references, owned; NULL where Java puts a PythonBuffer */
    int count;
    int capacity;
    bb_items *sequences; /* owned */
    int sequence_count;
    bb_lease **leases; /* of buffers; owned until Java has retained them */
    int lease_count;
    jobject small_refs[8];
} bb_arguments;

void bb_arguments_init(bb_arguments *arguments, JNIEnv *env);

/* Packs one Python value. 0, or -1 with an exception set. May run Python code (__index__). */
int bb_pack(bb_arguments *arguments, PyObject *value, bb_slot *slot);

/* The Object[] of the packed references; NULL without an exception when there are none. */
jobjectArray bb_arguments_refs(bb_arguments *arguments);

/* Frees everything, and releases the buffers that Java did not retain. `array` comes from bb_arguments_refs(). */
void bb_arguments_clear(bb_arguments *arguments, jobjectArray array);

/*
 * The Python value of a result, or of an argument from Java. `slot` has the value, and `returned` is the returned
 * object. Its local reference is deleted.
 */
PyObject *bb_unpack(JNIEnv *env, const bb_slot *slot, jobject returned);

#endif

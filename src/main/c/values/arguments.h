/* The memory of one call's arguments. */
#ifndef BB_ARGUMENTS_H
#define BB_ARGUMENTS_H

#include "base/bb.h"

#include "leases/lease.h"
#include "values/slots.h"

/* The items of a list or tuple, or the parts of a description. Java may ask for them. */
typedef struct bb_items {
    bb_slot *slots;  /* owned */
    PyObject *tuple; /* owned: keeps the items alive; may be NULL */
} bb_items;

/* The memory of one call's arguments. */
typedef struct bb_arguments {
    JNIEnv *env;
    jobject *refs; /* local references, owned; NULL where Java puts a PythonBuffer */
    int count;
    int capacity;
    bb_items *sequences; /* owned */
    bb_lease **leases;   /* of buffers; the call is one owner of each, until bb_arguments_clear() */
    int sequence_count;
    int lease_count;
    struct bb_arguments *read; /* what Java has had read of containers; owned, linked by `next` */
    struct bb_arguments *next;
    int depth; /* how many containers are around what is packed here */
    _Alignas(BB_ITERABLE_ALIGNMENT) jobject small_refs[8];
} bb_arguments;

void bb_arguments_init(bb_arguments *arguments, JNIEnv *env);

/* Takes a local reference, which may be NULL. On failure the reference is deleted. The index, or -1. */
int bb_add_entry(bb_arguments *arguments, jobject local);

/* Takes a local reference. NULL is the result of a function that failed, and passes the failure on. 0 or -1. */
int bb_add_ref(bb_arguments *arguments, jobject local, bb_slot *slot);

/* Takes a lease; drops it on failure. 0 or -1. */
int bb_add_lease(bb_arguments *arguments, bb_lease *lease);

/* Empty slots for `count` items of `tuple`, which is kept and may be NULL. NULL with MemoryError set. */
bb_slot *bb_add_slots(bb_arguments *arguments, PyObject *tuple, Py_ssize_t count);

/* Deletes the local references, once an array has them. */
void bb_arguments_drop_refs(bb_arguments *arguments);

/* The Object[] of the packed references; NULL without an exception when there are none. */
jobjectArray bb_arguments_refs(bb_arguments *arguments);

/* Frees everything, and releases the buffers that Java did not retain. `array` comes from bb_arguments_refs(). */
void bb_arguments_clear(bb_arguments *arguments, jobjectArray array);

#endif

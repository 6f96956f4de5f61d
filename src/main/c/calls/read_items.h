/* The items of iterables, on Java's request. */
#ifndef BB_READ_ITEMS_H
#define BB_READ_ITEMS_H

#include "base/bb.h"

#include "values/slots.h"

/* What Java wants of the items, as Iterables.java has it. */
enum bb_reading {
    BB_READ_VALUES = 0,  /* the items of a range may have no objects */
    BB_READ_OBJECTS = 1, /* each slot has the item itself */
    BB_READ_PAIRS = 2,   /* keys and values by turns */
};

/*
 * Reads all items of a BB_ITERABLE. Their slots live as long as the call whose argument it is. Returns the objects that
 * the slots refer to, as a local reference. NULL with an exception set, or without one if they refer to none.
 */
jobjectArray bb_read_items(JNIEnv *env, const bb_slot *slot, enum bb_reading how, bb_slot **slots, Py_ssize_t *count);

#endif

/* Python values that can be looped over, and their items on Java's request. */
#ifndef BB_ITERABLES_H
#define BB_ITERABLES_H

#include "base/bb.h"

#include "objects/slots.h"

/* What Java wants of the items, as Iterables.java has it. */
enum bb_reading {
    BB_READ_VALUES = 0,  /* the items of a range may have no objects */
    BB_READ_OBJECTS = 1, /* each slot has the item itself */
    BB_READ_PAIRS = 2,   /* keys and values by turns */
};

/* Asks what a BB_ITERABLE is, and notes that in its slot. The bb_iterable, or -1 with an exception set. */
int bb_ask_kind(bb_slot *slot);

/*
 * Reads all items of a BB_ITERABLE. Their slots live as long as the call whose argument it is. Returns the objects that
 * the slots refer to, as a local reference. NULL with an exception set, or without one if they refer to none.
 */
jobjectArray bb_read_items(JNIEnv *env, const bb_slot *slot, enum bb_reading how, bb_slot **slots, Py_ssize_t *count);

#endif

/* Python values that can be looped over. */
#ifndef BB_ITERABLE_H
#define BB_ITERABLE_H

#include "base/bb.h"

#include "values/arguments.h"

/* The kind of a built-in type; BB_UNASKED for others. */
enum bb_iterable bb_builtin_kind(PyObject *value);

/* Packs what can be looped over. 0 or -1. */
int bb_pack_iterable(bb_arguments *arguments, PyObject *value, enum bb_iterable kind, bb_slot *slot);

/* The memory that a BB_ITERABLE was packed into. */
bb_arguments *bb_arguments_of_iterable(const bb_slot *slot);

/* Asks what a BB_ITERABLE is, and notes that in its slot. The bb_iterable, or -1 with an exception set. */
int bb_ask_kind(bb_slot *slot);

#endif

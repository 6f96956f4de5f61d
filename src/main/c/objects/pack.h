/* Python values on their way to Java. */
#ifndef BB_PACK_H
#define BB_PACK_H

#include "base/bb.h"

#include "values/arguments.h"

/* Packs one Python value. 0, or -1 with an exception set. May run Python code (__index__). */
int bb_pack(bb_arguments *arguments, PyObject *value, bb_slot *slot);

#endif

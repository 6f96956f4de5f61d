/* Collects what the JVM prints while it starts. */
#ifndef BB_COMPLAINT_H
#define BB_COMPLAINT_H

#include "base/bb.h"

enum { BB_COMPLAINT_HOOKS = 3 };

/*
 * The options that install the hooks. They must be the first options: the JVM reads options in order. What it says
 * about an option before the hooks is not collected.
 */
void bb_complaint_hooks(JavaVMOption hooks[BB_COMPLAINT_HOOKS]);

/* From now on, what the JVM prints with vfprintf is collected. */
void bb_complaint_begin(void);

/* From now on, it is printed again. */
void bb_complaint_end(void);

/* The text that was collected last: a new str, perhaps empty. NULL with an exception set. */
PyObject *bb_complaint_text(void);

#endif

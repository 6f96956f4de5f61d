/* What the JVM says while it starts. */
#ifndef BB_COMPLAINT_H
#define BB_COMPLAINT_H

#include "base/bb.h"

enum { BB_COMPLAINT_HOOKS = 3 };

/*
 * The options that lead to this file. They come first among the options: the JVM reads options in order, and what
 * it says of an option that stands before them goes past them.
 */
void bb_complaint_hooks(JavaVMOption hooks[BB_COMPLAINT_HOOKS]);

/* From now on what the JVM prints by vfprintf is collected. */
void bb_complaint_begin(void);

/* From now on it is printed again. */
void bb_complaint_end(void);

/* What was collected last: new str, perhaps empty; NULL with an exception set. */
PyObject *bb_complaint_text(void);

#endif

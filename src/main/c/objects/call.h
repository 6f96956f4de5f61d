/* Calling Java from Python. */
#ifndef BB_CALL_H
#define BB_CALL_H

#include "base/bb.h"

#include "objects/java_member.h"

/*
 * Calls the method group or constructors `member` on `instance`, which is NULL for statics. The arguments are
 * borrowed. New reference, or NULL with an exception set.
 */
PyObject *bb_call(bb_java_member *member, jobject instance, PyObject *const *arguments, Py_ssize_t count);

/* The same with a tuple. Keywords are refused, unless they are NULL or empty. */
PyObject *bb_call_tuple(bb_java_member *member, jobject instance, PyObject *arguments, PyObject *keywords);

/* Raises TypeError. Returns NULL. */
PyObject *bb_refuse_keywords(bb_java_member *member);

#endif

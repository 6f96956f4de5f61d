/* Joining a JVM that this library created, or a foreign one. */
#ifndef BB_JVM_JOIN_H
#define BB_JVM_JOIN_H

#include "base/bb.h"

/* The JVM of this process, whichever code created it, or NULL. */
JavaVM *bb_created_jvm(void);

enum bb_jvm_owner { BB_OWN_JVM, BB_FOREIGN_JVM };

/*
 * Attaches the calling thread, resolves the Java half and binds the native methods. `entries`, a tuple of str, says
 * where a JVM finds the Java half that is not on its class path. The entries are URLs for a foreign JVM and paths for
 * the library's own. `entries` is NULL if the class path is complete. 0, or -1 with an exception set; the caller may
 * try again then. Needs the GIL, and gives it up while it attaches. The Python package serialises the calls.
 */
int bb_jvm_join(JavaVM *vm, enum bb_jvm_owner owner, PyObject *entries);

/* Module function: whether the process has a JVM that was not joined. */
PyObject *bb_has_foreign_jvm(PyObject *module, PyObject *unused);

/* Module function: adopt_jvm(urls: tuple[str, ...]) -> None. */
PyObject *bb_adopt_jvm(PyObject *module, PyObject *urls);

#endif

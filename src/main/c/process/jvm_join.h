/* Making a JVM this library's: one that it created, or that somebody else did. */
#ifndef BB_JVM_JOIN_H
#define BB_JVM_JOIN_H

#include "base/bb.h"

/* The JVM that this process has, whoever created it, or NULL. */
JavaVM *bb_created_jvm(void);

enum bb_jvm_owner { BB_OWN_JVM, BB_FOREIGN_JVM };

/*
 * Attaches the calling thread, resolves Java's half and binds the native methods. `entries`, a tuple of str, is where
 * a JVM finds that half that has it not on its class path: URLs for a foreign JVM, paths for one of ours; NULL where
 * the class path is complete. 0, or -1 with an exception set; may be tried again then. Needs the GIL, which is given
 * up for the attachment; calls are serialised by the Python package.
 */
int bb_jvm_join(JavaVM *vm, enum bb_jvm_owner owner, PyObject *entries);

/* Module function: whether the process has a JVM that was not joined. */
PyObject *bb_has_foreign_jvm(PyObject *module, PyObject *unused);

/* Module function: adopt_jvm(urls: tuple[str, ...]) -> None. */
PyObject *bb_adopt_jvm(PyObject *module, PyObject *urls);

#endif

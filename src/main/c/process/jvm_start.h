/* Creating the process's JVM from a libjvm. */
#ifndef BB_JVM_START_H
#define BB_JVM_START_H

#include "base/bb.h"

/*
 * Module function: create_jvm(libjvm: path, options: tuple[str, ...], class_path: tuple[str, ...]) -> str. Returns
 * what the JVM printed during the start. If an earlier call created a JVM and could not join it, this call joins that
 * JVM.
 */
PyObject *bb_create_jvm(PyObject *module, PyObject *arguments);

/* Module function: is_unjoined() -> bool: whether there is a JVM that an earlier call created and could not join. */
PyObject *bb_is_unjoined(PyObject *module, PyObject *unused);

/* Module function: was_refused() -> bool: whether the JVM has refused a creation in this process. */
PyObject *bb_was_refused(PyObject *module, PyObject *unused);

/*
 * Module function: try_jvm(libjvm: path, options: tuple[str, ...]) -> bool: whether a JVM starts with them. Call it
 * in a process made only for that: the JVM may end the process.
 */
PyObject *bb_try_jvm(PyObject *module, PyObject *arguments);

#endif

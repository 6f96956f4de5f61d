/* Creating the process's JVM from a libjvm. */
#ifndef BB_JVM_START_H
#define BB_JVM_START_H

#include "runtime.h"

/* Module function: create_jvm(libjvm: str, options: tuple[str, ...]) -> None. */
PyObject *bb_create_jvm(PyObject *module, PyObject *arguments);

#endif

/* The first include of every file: CPython, JNI, and the C types that all files use. */
#ifndef BB_BB_H
#define BB_BB_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A variable that several files share. It is hidden, so code reaches it without the library's table of public
 * symbols.
 */
#define BB_SHARED extern __attribute__((visibility("hidden")))

#endif

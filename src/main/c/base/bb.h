/* The first include of every file: CPython, JNI, and the types of C that all of them use. */
#ifndef BB_BB_H
#define BB_BB_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A variable of several files. Hidden, so that it is reached without the table of a library's public symbols. */
#define BB_SHARED extern __attribute__((visibility("hidden")))

#endif

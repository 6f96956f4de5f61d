/* Text between the languages, unpaired surrogates included. */
#ifndef BB_TEXT_H
#define BB_TEXT_H

#include "base/bb.h"

/* New str; `string` must not be NULL. NULL with an exception set. Deletes no reference. */
PyObject *bb_string_to_python(JNIEnv *env, jstring string);

/* New str; deletes the local reference. Returns None for NULL. */
PyObject *bb_string_take(JNIEnv *env, jstring string);

/* New local reference, or NULL with a Python exception set. */
jstring bb_string_to_java(JNIEnv *env, PyObject *text);

/*
 * Clears the pending exception and returns its text as a Java string, or `otherwise` if it has none. NULL: no memory.
 */
jstring bb_take_error_text(JNIEnv *env, const char *otherwise);

#endif

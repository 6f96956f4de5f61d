/* Text between the languages, unpaired surrogates included. */
#ifndef BB_TEXT_H
#define BB_TEXT_H

#include "base/bb.h"

/* New str; `string` must not be NULL. NULL with an exception set. Deletes no reference. */
PyObject *bb_string_to_python(JNIEnv *env, jstring string);

/* New str; deletes the local reference. None for NULL. */
PyObject *bb_string_take(JNIEnv *env, jstring string);

/* New local reference, or NULL with a Python exception set. */
jstring bb_string_to_java(JNIEnv *env, PyObject *text);

/* The pending exception, which is cleared, as a Java string; `otherwise` if it has no text. NULL: no memory. */
jstring bb_take_error_text(JNIEnv *env, const char *otherwise);

#endif

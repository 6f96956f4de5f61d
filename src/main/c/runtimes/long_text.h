/* Text of any length between the languages; long Latin-1 text by its bytes. */
#ifndef BB_LONG_TEXT_H
#define BB_LONG_TEXT_H

#include "base/bb.h"

/* As bb_string_to_python() and bb_string_to_java() of base/text.h. For text of users, which may be long. */
PyObject *bb_text_to_python(JNIEnv *env, jstring string);
jstring bb_text_to_java(JNIEnv *env, PyObject *text);

#endif

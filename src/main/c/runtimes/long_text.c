/*
 * Long text between the languages.
 *
 * Most text is Latin-1, and both languages keep it as one byte for each character. JNI's own functions know UTF-16
 * only, which they make and read character by character. So long Latin-1 text crosses as a byte[], of which Java makes
 * a String, and the other way. All other text goes by base/text.c. So does this text if Java throws, for example
 * because too little stack is left.
 *
 * Owns nothing. Threads: any that is attached, with the GIL. Java's part runs no user code.
 */
#include "base/bb.h"

#include "runtimes/long_text.h"

#include <stdlib.h>

#include "base/text.h"
#include "runtimes/java_ids.h"

enum { LONG = 1024, LOOKED_AT = 64, SAMPLES = 16 }; /* characters */

/*
 * Whether some characters, from all over a str, are Latin-1. CPython's encoder takes long to refuse a text: it looks
 * for the end of the part that it refuses.
 */
static bool seems_latin(PyObject *text, Py_ssize_t length)
{
    Py_UCS4 all = 0;
    for (int i = 0; i < SAMPLES; i++) {
        all |= PyUnicode_ReadChar(text, i * (length / SAMPLES));
    }
    return all <= 0xFF;
}

/* New reference to the bytes of a str, or NULL. Then an exception is set, unless the text has other characters. */
static PyObject *latin_bytes(PyObject *text)
{
    PyObject *bytes = PyUnicode_AsLatin1String(text);
    if (bytes == NULL && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear(); /* "strict" is built in: no user code has run */
    }
    return bytes;
}

/* New local reference, or NULL, with no exception set. */
static jstring string_of_latin(JNIEnv *env, PyObject *bytes)
{
    Py_ssize_t length = PyBytes_Size(bytes);
    jbyteArray array = length > INT32_MAX ? NULL : (*env)->NewByteArray(env, (jsize)length);
    if (array == NULL) {
        (*env)->ExceptionClear(env);
        return NULL;
    }
    (*env)->SetByteArrayRegion(env, array, 0, (jsize)length, (const jbyte *)PyBytes_AsString(bytes));
    bb_outcome made = bb_call_java_with_gil(env, &bb_java.texts.of_latin, NULL, BB_ARGUMENTS({.l = array}));
    (*env)->DeleteLocalRef(env, array);
    return bb_discard(env, made) ? NULL : made.value.l;
}

jstring bb_text_to_java(JNIEnv *env, PyObject *text)
{
    Py_ssize_t length = PyUnicode_GetLength(text);
    if (length < LONG || !seems_latin(text, length)) {
        return bb_string_to_java(env, text);
    }
    PyObject *bytes = latin_bytes(text);
    if (bytes == NULL && PyErr_Occurred()) {
        return NULL;
    }
    jstring string = bytes == NULL ? NULL : string_of_latin(env, bytes);
    Py_XDECREF(bytes);
    return string != NULL ? string : bb_string_to_java(env, text);
}

/* Whether the first characters are Latin-1. The string has more. */
static bool begins_latin(JNIEnv *env, jstring string)
{
    jchar units[LOOKED_AT];
    jchar all = 0;
    (*env)->GetStringRegion(env, string, 0, LOOKED_AT, units);
    for (int i = 0; i < LOOKED_AT; i++) {
        all |= units[i];
    }
    return all <= 0xFF;
}

PyObject *bb_text_to_python(JNIEnv *env, jstring string)
{
    if ((*env)->GetStringLength(env, string) < LONG || !begins_latin(env, string)) {
        return bb_string_to_python(env, string);
    }
    bb_outcome latin = bb_call_java_with_gil(env, &bb_java.texts.latin, NULL, BB_ARGUMENTS({.l = string}));
    if (bb_discard(env, latin) || latin.value.l == NULL) {
        return bb_string_to_python(env, string);
    }
    jsize length = (*env)->GetArrayLength(env, latin.value.l);
    PyObject *text = NULL;
    char *bytes = malloc((size_t)length);
    if (bytes == NULL) {
        PyErr_NoMemory();
    } else {
        (*env)->GetByteArrayRegion(env, latin.value.l, 0, length, (jbyte *)bytes);
        text = PyUnicode_DecodeLatin1(bytes, length, NULL);
        free(bytes);
    }
    (*env)->DeleteLocalRef(env, latin.value.l);
    return text;
}

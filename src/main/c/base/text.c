/*
 * Text between the languages.
 *
 * Java strings are UTF-16 and may hold unpaired surrogates. Python strings are code points and may hold them too.
 * Both directions go through UTF-16 with "surrogatepass", so every string survives the round trip. JNI's own
 * "modified UTF-8" is not UTF-8 and is not used.
 *
 * Owns nothing. Threads: any that is attached, with the GIL.
 */
#include "base/bb.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/pending.h"

enum { SHORT = 128, BLOCK = 64 }; /* code points, or UTF-16 units */

static const int native_utf16 = PY_BIG_ENDIAN ? 1 : -1;
#define NATIVE_UTF16_NAME (PY_BIG_ENDIAN ? "utf-16-be" : "utf-16-le")

/* Text of Latin-1 alone, which needs no decoder. NULL, with no exception set, if it has other characters. */
static PyObject *latin_to_python(const jchar *units, jsize length)
{
    char bytes[SHORT];
    jchar all = 0;
    for (jsize i = 0; i < length; i++) {
        all |= units[i];
        bytes[i] = (char)units[i];
    }
    return all > 0xFF ? NULL : PyUnicode_DecodeLatin1(bytes, length, NULL);
}

/* Short text needs no decoder either. Pairs of surrogates become one character where wchar_t has it. */
static PyObject *short_to_python(const jchar *units, jsize length)
{
    wchar_t points[SHORT];
    Py_ssize_t count = 0;
    for (jsize i = 0; i < length; i++) {
        wchar_t point = (wchar_t)units[i];
        bool is_pair = sizeof(wchar_t) > sizeof(jchar) && (units[i] & 0xFC00) == 0xD800 && i + 1 < length &&
                       (units[i + 1] & 0xFC00) == 0xDC00;
        if (is_pair) {
            point = (wchar_t)(0x10000 + ((units[i] & 0x3FF) << 10) + (units[i + 1] & 0x3FF));
            i++;
        }
        points[count++] = point;
    }
    return PyUnicode_FromWideChar(points, count);
}

static PyObject *decoded(const jchar *units, jsize length)
{
    int order = native_utf16;
    return PyUnicode_DecodeUTF16((const char *)units, (Py_ssize_t)length * 2, "surrogatepass", &order);
}

/* Whether a text has surrogates, paired or not. Blocks of a fixed size become vector instructions. */
static bool has_surrogates(const jchar *units, jsize length)
{
    jsize i = 0;
    for (; i + BLOCK <= length; i += BLOCK) {
        jchar found = 0;
        for (int k = 0; k < BLOCK; k++) {
            found |= (jchar)((units[i + k] & 0xF800) == 0xD800);
        }
        if (found != 0) {
            return true;
        }
    }
    for (; i < length; i++) {
        if ((units[i] & 0xF800) == 0xD800) {
            return true;
        }
    }
    return false;
}

/*
 * Decodes the units where the JVM has them, without a copy of them. Only surrogates make the decoder call its error
 * handler, which is a Python object. Without them it runs no other code and waits for nothing, as JNI requires here.
 * NULL; then an exception is set, unless the text has surrogates or the JVM gives no pointer.
 */
static PyObject *decoded_in_place(JNIEnv *env, jstring string, jsize length)
{
    const jchar *units = (*env)->GetStringCritical(env, string, NULL);
    if (units == NULL) {
        (*env)->ExceptionClear(env);
        return NULL;
    }
    PyObject *text = has_surrogates(units, length) ? NULL : decoded(units, length);
    (*env)->ReleaseStringCritical(env, string, units);
    return text;
}

static PyObject *decoded_copy(JNIEnv *env, jstring string, jsize length)
{
    jchar *units = malloc((size_t)length * sizeof *units);
    if (units == NULL) {
        return PyErr_NoMemory();
    }
    (*env)->GetStringRegion(env, string, 0, length, units);
    PyObject *text = decoded(units, length);
    free(units);
    return text;
}

PyObject *bb_string_to_python(JNIEnv *env, jstring string)
{
    jsize length = (*env)->GetStringLength(env, string);
    if (length > SHORT) {
        PyObject *text = decoded_in_place(env, string, length);
        return text != NULL || PyErr_Occurred() ? text : decoded_copy(env, string, length);
    }
    jchar units[SHORT];
    (*env)->GetStringRegion(env, string, 0, length, units);
    PyObject *text = latin_to_python(units, length);
    return text != NULL || PyErr_Occurred() ? text : short_to_python(units, length);
}

PyObject *bb_string_take(JNIEnv *env, jstring string)
{
    if (string == NULL) {
        return Py_NewRef(Py_None);
    }
    PyObject *text = bb_string_to_python(env, string);
    (*env)->DeleteLocalRef(env, string);
    return text;
}

/* Short text needs no encoder and no bytes object. Unpaired surrogates stay as they are. */
static jstring short_to_java(JNIEnv *env, PyObject *text, Py_ssize_t length)
{
    Py_UCS4 points[SHORT];
    jchar units[2 * SHORT];
    jsize count = 0;
    if (PyUnicode_AsUCS4(text, points, SHORT, 0) == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        if (points[i] < 0x10000) {
            units[count++] = (jchar)points[i];
        } else {
            units[count++] = (jchar)(0xD800 + ((points[i] - 0x10000) >> 10));
            units[count++] = (jchar)(0xDC00 + (points[i] & 0x3FF));
        }
    }
    return (*env)->NewString(env, units, count);
}

static jstring encoded_to_java(JNIEnv *env, PyObject *text)
{
    PyObject *encoded = PyUnicode_AsEncodedString(text, NATIVE_UTF16_NAME, "surrogatepass");
    if (encoded == NULL) {
        return NULL;
    }
    jstring string = NULL;
    Py_ssize_t units = PyBytes_Size(encoded) / 2;
    if (units > INT32_MAX) {
        PyErr_Format(PyExc_OverflowError, "a str of %zd UTF-16 units does not fit a Java String (at most %d)", units,
                     INT32_MAX);
    } else {
        string = (*env)->NewString(env, (const jchar *)(const void *)PyBytes_AsString(encoded), (jsize)units);
    }
    Py_DECREF(encoded);
    return string;
}

jstring bb_string_to_java(JNIEnv *env, PyObject *text)
{
    Py_ssize_t length = PyUnicode_GetLength(text);
    jstring string = length <= SHORT ? short_to_java(env, text, length) : encoded_to_java(env, text);
    if (string == NULL && (*env)->ExceptionCheck(env)) {
        (*env)->ExceptionClear(env);
        PyErr_NoMemory();
    }
    return string;
}

jstring bb_take_error_text(JNIEnv *env, const char *otherwise)
{
    bb_pending error = {NULL, NULL, NULL};
    bb_pending_set_aside(&error);
    PyErr_NormalizeException(&error.type, &error.value, &error.traceback);
    PyObject *text = error.value == NULL ? NULL : PyObject_Str(error.value);
    jstring string = text == NULL ? NULL : bb_string_to_java(env, text);
    bb_pending_survive(NULL); /* __str__ may be user code */
    Py_XDECREF(text);
    Py_XDECREF(error.type);
    Py_XDECREF(error.value);
    Py_XDECREF(error.traceback);
    return string != NULL ? string : (*env)->NewStringUTF(env, otherwise);
}

/*
 * Reports: refusals and leaks, for the loggers of both languages and for Flight Recorder.
 *
 * Other files decide what a report says. bufferbridge._reports.trace makes the Python part; Tracing.java logs, counts
 * and records. This file carries one to the other.
 *
 * Owns nothing.
 *
 * Threads. Called with the GIL. The Java part runs without it, because a logger's handler in either language is user
 * code. Nothing here fails: if a report cannot be made, it is dropped.
 */
#include "base/bb.h"

#include "tracing/report.h"

#include "base/pending.h"
#include "base/text.h"
#include "runtimes/attachment.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"

/* New local reference. NULL for NULL and None. NULL with no exception for a str that cannot be converted. */
static jstring java_text(JNIEnv *env, PyObject *text)
{
    jstring string = text == NULL || text == Py_None ? NULL : bb_string_to_java(env, text);
    bb_pending_survive(text); /* a signal may interrupt a Python codec */
    return string;
}

static PyObject *call_trace(const char *function, PyObject *arguments)
{
    PyObject *module = arguments == NULL ? NULL : PyImport_ImportModule("bufferbridge._reports.trace");
    PyObject *callable = module == NULL ? NULL : PyObject_GetAttrString(module, function);
    PyObject *result = callable == NULL ? NULL : PyObject_CallObject(callable, arguments);
    Py_XDECREF(callable);
    Py_XDECREF(module);
    Py_XDECREF(arguments);
    return result;
}

static void tell_java_of_refusal(PyObject *exporter, int flags, PyObject *reason)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return;
    }
    jstring java_exporter = java_text(env, exporter);
    jstring java_reason = java_text(env, reason);
    const jvalue *given = BB_ARGUMENTS({.l = java_exporter}, {.i = flags}, {.l = java_reason});
    bb_discard(env, bb_call_java(env, &bb_java.tracing.refused, NULL, given));
    (*env)->DeleteLocalRef(env, java_reason);
    (*env)->DeleteLocalRef(env, java_exporter);
}

void bb_report_refusal(PyObject *exporter, int flags)
{
    if (!PyErr_ExceptionMatches(PyExc_BufferError)) {
        return;
    }
    bb_pending refusal;
    bb_pending_set_aside(&refusal);
    PyErr_NormalizeException(&refusal.type, &refusal.value, &refusal.traceback);
    PyObject *reason = PyObject_Str(refusal.value);
    PyObject *done = reason == NULL ? NULL : call_trace("refused", Py_BuildValue("(OiO)", exporter, flags, reason));
    bb_pending_survive(exporter); /* a handler of the logging module may raise */
    tell_java_of_refusal(exporter, flags, reason);
    bb_pending_survive(exporter);
    Py_XDECREF(done);
    Py_XDECREF(reason);
    bb_pending_put_back(&refusal);
}

/* `texts` is what Python knows of the leak: (exporter, thread, Python stack or None, Java stack or None). */
static void tell_java_of_leak(PyObject *texts, int flags, Py_ssize_t bytes, const bb_origin *origin)
{
    JNIEnv *env = bb_enter_java();
    if (env == NULL) {
        return;
    }
    jstring strings[4];
    for (int i = 0; i < 4; i++) {
        strings[i] = java_text(env, PyTuple_GetItem(texts, i));
    }
    const jvalue *given = BB_ARGUMENTS({.l = strings[0]}, {.i = flags}, {.j = bytes}, {.j = origin->since},
                                       {.l = strings[1]}, {.l = strings[2]}, {.l = strings[3]});
    bb_discard(env, bb_call_java(env, &bb_java.tracing.lease_leaked, NULL, given));
    for (int i = 0; i < 4; i++) {
        (*env)->DeleteLocalRef(env, strings[i]);
    }
}

void bb_report_leak(PyObject *object, int flags, Py_ssize_t bytes, const bb_origin *origin)
{
    bb_pending pending;
    bb_pending_set_aside(&pending);
    PyObject *acquisition = origin->acquisition == NULL ? Py_None : origin->acquisition;
    PyObject *texts = call_trace("leak", Py_BuildValue("(OkO)", object, origin->thread, acquisition));
    if (texts != NULL) {
        tell_java_of_leak(texts, flags, bytes, origin);
    }
    Py_XDECREF(texts);
    bb_pending_survive(object);
    bb_pending_put_back(&pending);
}

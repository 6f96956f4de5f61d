/*
 * Joining a JVM: prepares it for this library, whether jvm_start.c or other code created it.
 *
 * Other code created a foreign JVM: another bridge or a Java program. Such a JVM knows nothing of this library. Its
 * class path lacks the jar. It may be too old. Its creator ends it. So this file checks its release, and gives it a
 * class loader (class_loader.c). ProcessEnd.java then reports its end. The calling thread may be attached already; then
 * this library must not detach it.
 *
 * No JVM needs an option for native access; this file enables it. With that option a JVM of JDK 24 or later does not
 * map the graph of modules from its archive, and starts 8 ms later.
 *
 * Owns nothing. Threads: the one that starts or adopts the JVM, or starts Python.
 */
#include "base/bb.h"

#include "process/jvm_join.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "base/text.h"
#include "errors/errors.h"
#include "process/end.h"
#include "process/fork.h"
#include "process/jvm_stop.h"
#include "process/natives.h"
#include "process/signals.h"
#include "runtimes/attachment.h"
#include "runtimes/class_loader.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/reach.h"
#include "runtimes/stack.h"
#include "runtimes/vm_flags.h"

enum { REQUIRED_RELEASE = 22 };

/* Looks libjvm up by its name, because it may come from any folder. A process can have only one. */
JavaVM *bb_created_jvm(void)
{
    void *loaded = dlopen(BB_LIBJVM, RTLD_NOW | RTLD_NOLOAD);
    if (loaded == NULL) {
        return NULL;
    }
    jint (*created)(JavaVM **, jsize, jsize *);
    *(void **)&created = dlsym(loaded, "JNI_GetCreatedJavaVMs");
    JavaVM *vm = NULL;
    jsize count = 0;
    bool runs = created != NULL && created(&vm, 1, &count) == JNI_OK && count > 0;
    dlclose(loaded);
    return runs ? vm : NULL;
}

/* NULL with an exception set. */
static JNIEnv *attach_joining(JavaVM *vm, bool *is_new)
{
    JNIEnv *env = NULL;
    *is_new = (*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_6) == JNI_EDETACHED;
    PyThreadState *state = PyEval_SaveThread();
    jint result = (*vm)->AttachCurrentThreadAsDaemon(vm, (void **)&env, NULL);
    PyEval_RestoreThread(state);
    if (result != JNI_OK) {
        PyErr_Format(PyExc_RuntimeError, "the JVM refused to attach this thread (JNI error %d)", (int)result);
        return NULL;
    }
    bb_stack_tell_python();
    return env;
}

/* The property java.specification.version as str: "25", or "1.8". NULL with an exception set. */
static PyObject *specification(JNIEnv *env)
{
    jstring key = (*env)->NewStringUTF(env, "java.specification.version");
    jthrowable thrown = bb_thrown(env);
    jclass class = bb_early_class(env, "java/lang/System", &thrown);
    jstring value = bb_early_call(env, class, NULL, "getProperty", "(Ljava/lang/String;)Ljava/lang/String;",
                                  BB_ARGUMENTS({.l = key}), &thrown);
    (*env)->DeleteLocalRef(env, thrown);
    PyObject *text = value == NULL ? PyUnicode_FromString("unknown") : bb_string_to_python(env, value);
    (*env)->DeleteLocalRef(env, value);
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, key);
    return text;
}

static int require_release(JNIEnv *env)
{
    PyObject *version = specification(env);
    const char *text = version == NULL ? NULL : PyUnicode_AsUTF8AndSize(version, NULL);
    int status = text == NULL ? -1 : 0;
    if (status == 0 && strtol(text, NULL, 10) < REQUIRED_RELEASE) {
        PyErr_Format(PyExc_RuntimeError, "the JVM of this process is Java %s; Java %d or later is required", text,
                     REQUIRED_RELEASE);
        status = -1;
    }
    Py_XDECREF(version);
    return status;
}

/*
 * Does what --enable-native-access=ALL-UNNAMED does. The library's Java half uses java.lang.foreign. If this JDK has
 * the method under neither name, the JVM warns or refuses.
 */
static void enable_native_access(JNIEnv *env)
{
    static const char *const names[] = {
        "addEnableNativeAccessToAllUnnamed",     /* JDK 26 and later */
        "implAddEnableNativeAccessToAllUnnamed", /* JDK 22 to 25 */
    };
    jthrowable thrown = NULL;
    jclass class = bb_early_class(env, "java/lang/Module", &thrown);
    bool is_done = thrown != NULL;
    for (size_t i = 0; !is_done && i < sizeof names / sizeof *names; i++) {
        bb_early_call(env, class, NULL, names[i], "()V", NULL, &thrown);
        is_done = thrown == NULL;
        (*env)->DeleteLocalRef(env, thrown);
        thrown = NULL;
    }
    (*env)->DeleteLocalRef(env, thrown);
    (*env)->DeleteLocalRef(env, class);
}

/* 0, or -1 with an exception set. */
static int prepare_foreign(JNIEnv *env, PyObject *urls)
{
    return require_release(env) < 0 ? -1 : bb_class_loader_make(env, urls);
}

/* Needs an attached thread. 0, or -1 with an exception set. */
static int join_as(JavaVM *vm, JNIEnv *env, enum bb_jvm_owner owner, PyObject *entries)
{
    if (owner == BB_FOREIGN_JVM && prepare_foreign(env, entries) < 0) {
        return -1;
    }
    if (owner == BB_OWN_JVM && entries != NULL && bb_class_path_append(env, entries) < 0) {
        return -1;
    }
    enable_native_access(env);
    bb_signals_note_jvm();
    if (bb_java_ids_load(env) < 0 || bb_class_loader_tell(env) < 0 || bb_natives_register(env) < 0 ||
        bb_end_arm(env, owner == BB_OWN_JVM) < 0) {
        return -1;
    }
    if (owner == BB_OWN_JVM && bb_jvm_stop_at_exit(vm) < 0) {
        return -1;
    }
    if (bb_attachment_begin(vm, owner == BB_FOREIGN_JVM) < 0) {
        return -1;
    }
    bb_fork_watch();
    return 0;
}

int bb_jvm_join(JavaVM *vm, enum bb_jvm_owner owner, PyObject *entries)
{
    bool is_new;
    JNIEnv *env = attach_joining(vm, &is_new);
    int status = env == NULL ? -1 : join_as(vm, env, owner, entries);
    if (status == 0 && (is_new || owner == BB_OWN_JVM)) {
        (void)bb_attachment_own(env); /* if it fails, this thread stays attached, like the JVM's main thread */
    } else if (status < 0 && is_new && env != NULL) {
        (*vm)->DetachCurrentThread(vm);
    }
    return status;
}

PyObject *bb_has_foreign_jvm(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(!bb_java_is_running() && bb_created_jvm() != NULL);
}

PyObject *bb_adopt_jvm(PyObject *module, PyObject *urls)
{
    (void)module;
    if (!PyTuple_Check(urls)) {
        return PyErr_Format(PyExc_TypeError, "adopt_jvm() takes a tuple of str, not %R", (PyObject *)Py_TYPE(urls));
    }
    if (bb_java_is_running()) {
        PyErr_SetString(PyExc_RuntimeError, "the JVM of this process has been joined already");
        return NULL;
    }
    JavaVM *vm = bb_created_jvm();
    if (vm == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no JVM is running in this process; bufferbridge.start() starts one");
        return NULL;
    }
    if (bb_jvm_join(vm, BB_FOREIGN_JVM, urls) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/*
 * Creating the process's JVM from a libjvm.
 *
 * Owns the JVM from its creation until it belongs to runtime.c. A process survives the creation of one only, so
 * a start that fails in between is taken up by the next.
 *
 * Signals. SIGINT, SIGTERM and SIGHUP stay Python's, so that Ctrl-C still raises KeyboardInterrupt and Python
 * stays the owner of its process's end (signals.c). The others (SIGSEGV and its kin, SIGQUIT) are the JVM's.
 *
 * Threads: called under the GIL and serialised by the Python package's start lock; the GIL is given
 * up while the JVM starts.
 */
#include "jvm_start.h"

#include <dlfcn.h>
#include <jni.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "end.h"
#include "jvm_join.h"
#include "signals.h"

typedef jint (*create_vm_function)(JavaVM **, void **, void *);

static JavaVM *unjoined; /* guarded by the start lock */

/* What the JVM printed while it failed to start: the only place that names a wrong option. */
static struct {
    char text[2048];
    size_t length;
    bool collecting;
} complaint;

static jint collect_complaint(FILE *stream, const char *format, va_list arguments)
{
    if (!complaint.collecting) {
        return (jint)vfprintf(stream, format, arguments);
    }
    size_t room = sizeof complaint.text - complaint.length;
    int written = vsnprintf(complaint.text + complaint.length, room, format, arguments);
    if (written > 0) {
        complaint.length += (size_t)written < room ? (size_t)written : room - 1;
    }
    return (jint)written;
}

/*
 * The JVM calls this instead of exit(), and its contract forbids to return. During the start that
 * happens for errors such as a heap that cannot be reserved: all that is left to do is to say why.
 */
static void leave_process(jint code)
{
    if (!complaint.collecting) {
        bb_leave_process(code);
    }
    fprintf(stderr, "bufferbridge: the JVM ended the process while starting (exit code %d): %s\n",
            (int)code, complaint.text);
    fflush(stderr);
    _Exit((int)code);
}

/*
 * The JVM calls this before it aborts, which during the start it does for options that contradict each other and for
 * agents that are not found: what it said of them would be lost. It is over anyway; nothing is ended here.
 */
static void tell_complaint(void)
{
    if (complaint.collecting && complaint.length > 0) {
        fprintf(stderr, "bufferbridge: the JVM ends the process while starting: %s\n", complaint.text);
        fflush(stderr);
    }
}

/* Fills `options` with borrowed UTF-8 texts; -1 with an exception set. */
static int borrow_options(PyObject *texts, JavaVMOption *options, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        const char *text = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(texts, i), NULL);
        if (text == NULL) {
            return -1;
        }
        options[i].optionString = (char *)text;
    }
    return 0;
}

static create_vm_function load_libjvm(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        PyErr_Format(PyExc_RuntimeError, "cannot load the JVM library %s: %s", path, dlerror());
        return NULL;
    }
    create_vm_function create;
    *(void **)&create = dlsym(library, "JNI_CreateJavaVM");
    if (create == NULL) {
        PyErr_Format(PyExc_RuntimeError, "%s is not a JVM library: it has no JNI_CreateJavaVM", path);
    }
    return create;
}

/* Runs without the GIL. */
static jint create_vm(create_vm_function create, JavaVMInitArgs *arguments, JavaVM **vm, JNIEnv **env)
{
    bb_kept_signals kept;
    complaint.length = 0;
    complaint.text[0] = '\0';
    complaint.collecting = true;
    bb_signals_keep(&kept);
    jint result = create(vm, (void **)env, arguments);
    bb_signals_put_back(&kept);
    complaint.collecting = false;
    return result;
}

/* NULL with an exception set. */
static JavaVM *create_from(const char *path, PyObject *texts)
{
    JavaVM *vm = NULL;
    JavaVMOption *options = NULL;
    create_vm_function create = load_libjvm(path);
    if (create == NULL) {
        goto done;
    }
    Py_ssize_t count = PyTuple_Size(texts);
    options = calloc((size_t)count + 3, sizeof *options);
    if (options == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    if (borrow_options(texts, options, count) < 0) {
        goto done;
    }
    options[count] = (JavaVMOption){(char *)"vfprintf", (void *)(intptr_t)collect_complaint};
    options[count + 1] = (JavaVMOption){(char *)"exit", (void *)(intptr_t)leave_process};
    options[count + 2] = (JavaVMOption){(char *)"abort", (void *)(intptr_t)tell_complaint};
    JavaVMInitArgs arguments = {
        .version = JNI_VERSION_10,
        .nOptions = (jint)(count + 3),
        .options = options,
        .ignoreUnrecognized = JNI_FALSE,
    };
    JNIEnv *env = NULL;
    PyThreadState *state = PyEval_SaveThread();
    jint result = create_vm(create, &arguments, &vm, &env);
    PyEval_RestoreThread(state);
    if (result != JNI_OK) {
        PyErr_Format(PyExc_RuntimeError, "the JVM %s did not start (JNI error %d): %s", path,
                     (int)result, complaint.length ? complaint.text : "it gave no reason");
        vm = NULL;
    }
done:
    free(options);
    return vm;
}

PyObject *bb_create_jvm(PyObject *module, PyObject *arguments)
{
    (void)module;
    const char *path;
    PyObject *options;
    if (!PyArg_ParseTuple(arguments, "sO!:create_jvm", &path, &PyTuple_Type, &options)) {
        return NULL;
    }
    if (bb_runtime_is_running()) {
        PyErr_SetString(PyExc_RuntimeError, "a JVM is running already; a process can have only one");
        return NULL;
    }
    if (unjoined == NULL && bb_created_jvm() != NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "another library has started a JVM in this process, which can have only one: "
                        "bufferbridge.adopt() joins it");
        return NULL;
    }
    if (unjoined == NULL) {
        unjoined = create_from(path, options);
    }
    if (unjoined == NULL || bb_jvm_join(unjoined, BB_OWN_JVM, NULL) < 0) {
        return NULL;
    }
    unjoined = NULL;
    Py_RETURN_NONE;
}

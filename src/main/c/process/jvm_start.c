/*
 * Creating the process's JVM from a libjvm.
 *
 * Owns the JVM from its creation until attachment.c takes it over. A process can create only one JVM. So if a start
 * fails after the creation, the next start continues with that JVM.
 *
 * A creation that the JVM refuses may be tried again. The JVM then has no class path, because it ignores the class
 * path of a second set of options. class_loader.c adds the entries one by one to its system class loader.
 *
 * Signals. SIGINT, SIGTERM and SIGHUP stay with Python. So Ctrl-C still raises KeyboardInterrupt, and Python still
 * controls the end of its process (signals.c). The JVM has the others (SIGSEGV and its kin, SIGQUIT).
 *
 * Threads: called under the GIL. The start lock of the Python package serialises the calls. The GIL is given up while
 * the JVM starts.
 */
#include "base/bb.h"

#include "process/jvm_start.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "process/complaint.h"
#include "process/jvm_join.h"
#include "process/signals.h"
#include "runtimes/reach.h"

typedef jint (*create_vm_function)(JavaVM **, void **, void *);

/* Both are guarded by the start lock. */
static JavaVM *unjoined;
static bool was_refused; /* the JVM has refused a creation in this process */

/*
 * Fills `options` with the strings of `texts`. Their bytes live in the result, a new list of bytes: the JVM takes
 * options in the platform's encoding. NULL with an exception set.
 */
static PyObject *fill_options(PyObject *texts, JavaVMOption *options)
{
    PyObject *kept = PyList_New(0);
    for (Py_ssize_t i = 0; kept != NULL && i < PyTuple_Size(texts); i++) {
        char *text = NULL;
        PyObject *bytes = PyUnicode_EncodeFSDefault(PyTuple_GetItem(texts, i));
        if (bytes == NULL || PyBytes_AsStringAndSize(bytes, &text, NULL) < 0 || PyList_Append(kept, bytes) < 0) {
            Py_CLEAR(kept);
        }
        Py_XDECREF(bytes);
        options[i].optionString = text;
    }
    return kept;
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
static jint create_vm(create_vm_function create, JavaVMInitArgs *arguments, JavaVM **vm)
{
    JNIEnv *env = NULL;
    bb_signals_aside kept;
    bb_complaint_begin();
    bb_signals_set_aside(&kept);
    jint result = create(vm, (void **)&env, arguments);
    bb_signals_put_back(&kept);
    bb_complaint_end();
    return result;
}

static void raise_start_refusal(const char *path, jint result)
{
    PyObject *said = bb_complaint_text();
    PyObject *text = said == NULL ? NULL : PyObject_CallMethod(said, "strip", NULL);
    Py_XDECREF(said);
    if (text == NULL) {
        return;
    }
    if (PyUnicode_GetLength(text) > 0) {
        PyErr_Format(PyExc_RuntimeError, "the JVM %s did not start (JNI error %d): %U", path, (int)result, text);
    } else {
        PyErr_Format(PyExc_RuntimeError, "the JVM %s did not start (JNI error %d): it gave no reason", path,
                     (int)result);
    }
    Py_DECREF(text);
}

/* NULL with an exception set. */
static JavaVM *create_from(const char *path, PyObject *texts)
{
    JavaVM *vm = NULL;
    PyObject *kept = NULL;
    JavaVMOption *options = NULL;
    create_vm_function create = load_libjvm(path);
    if (create == NULL) {
        goto done;
    }
    Py_ssize_t count = BB_COMPLAINT_HOOKS + PyTuple_Size(texts);
    options = calloc((size_t)count, sizeof *options);
    if (options == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    bb_complaint_hooks(options);
    kept = fill_options(texts, options + BB_COMPLAINT_HOOKS);
    if (kept == NULL) {
        goto done;
    }
    JavaVMInitArgs arguments = {
        .version = JNI_VERSION_10,
        .nOptions = (jint)count,
        .options = options,
        .ignoreUnrecognized = JNI_FALSE,
    };
    PyThreadState *state = PyEval_SaveThread();
    jint result = create_vm(create, &arguments, &vm);
    PyEval_RestoreThread(state);
    if (result != JNI_OK) {
        raise_start_refusal(path, result);
        was_refused = true;
        vm = NULL;
    }
done:
    Py_XDECREF(kept);
    free(options);
    return vm;
}

/* 0, or -1 with an exception set. */
static int create_and_join(const char *path, PyObject *options, PyObject *class_path)
{
    if (bb_java_is_running()) {
        PyErr_SetString(PyExc_RuntimeError, "a JVM is running already; a process can have only one");
        return -1;
    }
    if (unjoined == NULL && bb_created_jvm() != NULL) {
        PyErr_SetString(PyExc_RuntimeError,
                        "another library has started a JVM in this process, which can have only one: "
                        "bufferbridge.adopt() joins it");
        return -1;
    }
    if (unjoined == NULL) {
        unjoined = create_from(path, options);
    }
    if (unjoined == NULL || bb_jvm_join(unjoined, BB_OWN_JVM, was_refused ? class_path : NULL) < 0) {
        return -1;
    }
    unjoined = NULL;
    return 0;
}

PyObject *bb_create_jvm(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *path = NULL;
    PyObject *options, *class_path;
    if (!PyArg_ParseTuple(arguments, "O&O!O!:create_jvm", PyUnicode_FSConverter, &path, &PyTuple_Type, &options,
                          &PyTuple_Type, &class_path)) {
        return NULL;
    }
    int status = create_and_join(PyBytes_AsString(path), options, class_path);
    Py_DECREF(path);
    return status < 0 ? NULL : bb_complaint_text();
}

PyObject *bb_is_unjoined(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(unjoined != NULL);
}

PyObject *bb_was_refused(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(was_refused);
}

/* Installs no hooks: what the JVM prints and how it ends the process is meant for the parent process. */
PyObject *bb_try_jvm(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *path = NULL;
    PyObject *texts;
    if (!PyArg_ParseTuple(arguments, "O&O!:try_jvm", PyUnicode_FSConverter, &path, &PyTuple_Type, &texts)) {
        return NULL;
    }
    jint result = JNI_ERR;
    PyObject *kept = NULL;
    JavaVMOption *options = calloc((size_t)PyTuple_Size(texts) + 1, sizeof *options);
    create_vm_function create = options == NULL ? NULL : load_libjvm(PyBytes_AsString(path));
    if (options == NULL) {
        PyErr_NoMemory();
    }
    kept = create == NULL ? NULL : fill_options(texts, options);
    if (kept != NULL) {
        JavaVM *vm;
        JNIEnv *env;
        JavaVMInitArgs given = {
            .version = JNI_VERSION_10,
            .nOptions = (jint)PyTuple_Size(texts),
            .options = options,
        };
        result = create(&vm, (void **)&env, &given);
    }
    Py_XDECREF(kept);
    free(options);
    Py_DECREF(path);
    return PyErr_Occurred() ? NULL : PyBool_FromLong(result == JNI_OK);
}

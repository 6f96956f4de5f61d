/*
 * CPython in a process that Java started: initialised and finalised here.
 *
 * Owns: the thread state of Python's main thread while that thread is outside Python. Also the program's name, to which
 * CPython keeps a pointer.
 *
 * System.load loads the library after libpython, which resolves its symbols. So JNI_OnLoad is the first function that
 * runs. All other native methods are bound once the interpreter is initialised. In a process that Python started,
 * nothing of this file runs.
 *
 * Threads: initialize and end run on one thread, Python's main thread; shut runs on any thread.
 */
#include "base/bb.h"

#include "process/python_host.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <wchar.h>

#include "base/text.h"
#include "bufferbridge.h"
#include "leases/lease.h"
#include "process/fork.h"
#include "process/natives.h"
#include "process/out_list.h"
#include "process/signals.h"
#include "runtimes/attachment.h"
#include "runtimes/gate.h"
#include "runtimes/java_ids.h"
#include "runtimes/python_work.h"
#include "runtimes/stack.h"

/* PythonHost.java has the same values. */
enum { ISOLATED = 1, SIGNALS = 2 };

static PyThreadState *main_state;
static wchar_t *program_name;

static jint JNICALL abi_version(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    return BB_ABI_VERSION;
}

/* ---------------------------------------------------------------------------------- starting -- */

/* The configuration structures are not part of the stable ABI. These variables and functions are in every libpython. */

static const char *isolate(void)
{
    int *isolated = dlsym(RTLD_DEFAULT, "Py_IsolatedFlag");
    int *no_environment = dlsym(RTLD_DEFAULT, "Py_IgnoreEnvironmentFlag");
    int *no_user_site = dlsym(RTLD_DEFAULT, "Py_NoUserSiteDirectory");
    if (isolated == NULL || no_environment == NULL || no_user_site == NULL) {
        return "this libpython cannot be isolated: it has no Py_IsolatedFlag";
    }
    *isolated = *no_environment = *no_user_site = 1;
    return NULL;
}

/* All or nothing: after a refusal here, another start with another configuration is possible. */
static const char *configure(JNIEnv *env, jintArray executable, jint flags)
{
    void (*set_program_name)(const wchar_t *);
    *(void **)&set_program_name = dlsym(RTLD_DEFAULT, "Py_SetProgramName");
    if (set_program_name == NULL) {
        return "this libpython cannot be given the path of its interpreter: it has no Py_SetProgramName";
    }
    jsize length = (*env)->GetArrayLength(env, executable);
    program_name = calloc((size_t)length + 1, sizeof *program_name);
    if (program_name == NULL) {
        return "there is no memory for the program's name";
    }
    const char *refusal = (flags & ISOLATED) ? isolate() : NULL;
    if (refusal != NULL) {
        free(program_name);
        return refusal;
    }
    (*env)->GetIntArrayRegion(env, executable, 0, length, (jint *)program_name);
    set_program_name(program_name);
    return NULL;
}

_Static_assert(sizeof(wchar_t) == sizeof(jint), "a code point is one wchar_t");

static int prepend_to_path(PyObject *folder)
{
    PyObject *path = PySys_GetObject("path"); /* borrowed */
    if (path == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "sys.path is missing");
        return -1;
    }
    return PyList_Insert(path, 0, folder);
}

/* Checks that the module that Python imports is this library and not a copy of it. */
static int require_one_instance(PyObject *package)
{
    PyObject *running = PyObject_CallMethod(package, "is_running", NULL);
    int status = running == NULL ? -1 : 0;
    if (status == 0 && running != Py_True) {
        PyErr_Format(PyExc_ImportError, "Python imported %R, whose native library is not the one of the jar", package);
        status = -1;
    }
    Py_XDECREF(running);
    return status;
}

/* Needs the GIL. -1 with a Python exception set. */
static int join_runtimes(JNIEnv *env, jstring package_folder)
{
    JavaVM *vm;
    if ((*env)->GetJavaVM(env, &vm) != JNI_OK) {
        PyErr_SetString(PyExc_RuntimeError, "JNI did not return the JVM");
        return -1;
    }
    if (bb_java_ids_load(env) < 0 || bb_natives_register(env) < 0) {
        return -1;
    }
    if (bb_attachment_begin(vm, false) < 0) {
        return -1;
    }
    bb_stack_tell_python();
    bb_fork_watch();
    PyObject *folder = bb_string_to_python(env, package_folder);
    PyObject *package = NULL;
    if (folder != NULL && prepend_to_path(folder) == 0) {
        package = PyImport_ImportModule("bufferbridge");
    }
    int status = package == NULL ? -1 : require_one_instance(package);
    Py_XDECREF(package);
    Py_XDECREF(folder);
    return status;
}

static jstring JNICALL initialize(JNIEnv *env, jclass class, jintArray executable, jstring package_folder, jint flags)
{
    (void)class;
    const char *refusal = configure(env, executable, flags);
    if (refusal != NULL) {
        return (*env)->NewStringUTF(env, refusal);
    }
    bb_signals_note_jvm();
    Py_InitializeEx((flags & SIGNALS) != 0);
    bb_signals_give_back_faults(); /* PYTHONFAULTHANDLER may have taken them */
    jstring reason = join_runtimes(env, package_folder) < 0 ? bb_take_error_text(env, "Python gave no reason") : NULL;
    main_state = PyEval_SaveThread();
    return reason;
}

/* ------------------------------------------------------------------------------------ ending -- */

static jboolean JNICALL end(JNIEnv *env, jclass class)
{
    PyEval_RestoreThread(main_state);
    /* Closes the gate before it counts: nothing that is not out then can come out later. */
    Py_BEGIN_ALLOW_THREADS;
    bb_gate_close(BB_FOR_EVER);
    Py_END_ALLOW_THREADS;
    bb_do_python_work(); /* deferred releases */
    if (bb_exports_out() + bb_native_lease_count(env, class) > 0) {
        bb_gate_open();
        main_state = PyEval_SaveThread();
        return JNI_FALSE;
    }
    Py_FinalizeEx();
    bb_signals_give_back(false);
    return JNI_TRUE;
}

static void JNICALL give_back_signals(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
    bb_signals_give_back(true);
}

static void JNICALL shut(JNIEnv *env, jclass class, jint patience)
{
    (void)env;
    (void)class;
    bb_gate_close(patience);
}

static const JNINativeMethod methods[] = {
    {(char *)"abiVersion", (char *)"()I", (void *)abi_version},
    {(char *)"initialize", (char *)"([ILjava/lang/String;I)Ljava/lang/String;", (void *)initialize},
    {(char *)"end", (char *)"()Z", (void *)end},
    {(char *)"giveBackSignals", (char *)"()V", (void *)give_back_signals},
    {(char *)"shut", (char *)"(I)V", (void *)shut},
};

jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
    (void)reserved;
    JNIEnv *env;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) {
        return JNI_ERR;
    }
    jclass host = (*env)->FindClass(env, "org/bufferbridge/internal/host/PythonHost");
    if (host == NULL) {
        return JNI_ERR; /* NoClassDefFoundError is pending */
    }
    jint bound = (*env)->RegisterNatives(env, host, methods, sizeof methods / sizeof *methods);
    (*env)->DeleteLocalRef(env, host);
    return bound == JNI_OK ? JNI_VERSION_10 : JNI_ERR;
}

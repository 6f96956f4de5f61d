/*
 * The C part of the benchmarks: the buffer protocol without Python code, a native method that does nothing, and calls
 * of two Java methods that are written by hand for them. Those are the limit for a bridge.
 *
 * Like bufferbridge's library, it is an extension module and a JNI library at once.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <jni.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

/* cycles(object, turns): nanoseconds of one PyObject_GetBuffer and PyBuffer_Release. */
static PyObject *cycles(PyObject *module, PyObject *arguments)
{
    PyObject *object;
    Py_ssize_t turns;
    Py_buffer view;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "On", &object, &turns)) {
        return NULL;
    }
    double start = now();
    for (Py_ssize_t i = 0; i < turns; i++) {
        if (PyObject_GetBuffer(object, &view, PyBUF_FULL_RO) < 0) {
            return NULL;
        }
        PyBuffer_Release(&view);
    }
    return PyFloat_FromDouble((now() - start) / (double)turns);
}

static JavaVM *vm;
static jclass plain;
static jmethodID same_id, capacity_id;

/* The environment of this thread; NULL with an error of Python if Leases.load was not called, or on another thread. */
static JNIEnv *environment(void)
{
    JNIEnv *env = NULL;
    if (!plain || (*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) {
        PyErr_SetString(PyExc_RuntimeError, "call Leases.load in this thread first");
        return NULL;
    }
    return env;
}

static PyObject *answer(JNIEnv *env, jint result)
{
    if ((*env)->ExceptionCheck(env)) {
        PyErr_SetString(PyExc_RuntimeError, "the Java method threw an exception");
        return NULL;
    }
    return PyLong_FromLong(result);
}

/* same(number): Plain.same of Java, which may wait, so the GIL is given up. */
static PyObject *same(PyObject *module, PyObject *argument)
{
    JNIEnv *env = environment();
    long number = PyLong_AsLong(argument);
    (void)module;
    if (!env || (number == -1 && PyErr_Occurred())) {
        return NULL;
    }
    PyThreadState *state = PyEval_SaveThread();
    jint result = (*env)->CallStaticIntMethod(env, plain, same_id, (jint)number);
    PyEval_RestoreThread(state);
    return answer(env, result);
}

/* capacity(memory): Plain.capacity of Java, with a direct buffer of that memory. */
static PyObject *capacity(PyObject *module, PyObject *argument)
{
    JNIEnv *env = environment();
    Py_buffer view;
    (void)module;
    if (!env || PyObject_GetBuffer(argument, &view, PyBUF_CONTIG_RO) < 0) {
        return NULL;
    }
    PyThreadState *state = PyEval_SaveThread();
    jobject buffer = (*env)->NewDirectByteBuffer(env, view.buf, view.len);
    jint result = buffer ? (*env)->CallStaticIntMethod(env, plain, capacity_id, buffer) : -1;
    (*env)->DeleteLocalRef(env, buffer);
    PyEval_RestoreThread(state);
    PyBuffer_Release(&view);
    return answer(env, result);
}

static PyMethodDef methods[] = {
    {"cycles", cycles, METH_VARARGS, "Nanoseconds of one acquire and release of an object, by turns of them."},
    {"same", same, METH_O, "The int that Java's Plain.same returns for it."},
    {"capacity", capacity, METH_O, "The bytes of a buffer, which Java counts."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "bench",
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit_bench(void)
{
    return PyModule_Create(&definition);
}

JNIEXPORT void JNICALL Java_org_bufferbridge_bench_Leases_nothing(JNIEnv *env, jclass class)
{
    (void)env;
    (void)class;
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *loading, void *reserved)
{
    JNIEnv *env;
    (void)reserved;
    vm = loading;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK) {
        return JNI_ERR;
    }
    jclass found = (*env)->FindClass(env, "org/bufferbridge/bench/Plain");
    if (!found) {
        return JNI_ERR;
    }
    same_id = (*env)->GetStaticMethodID(env, found, "same", "(I)I");
    capacity_id = same_id ? (*env)->GetStaticMethodID(env, found, "capacity", "(Ljava/nio/Buffer;)I") : NULL;
    plain = capacity_id ? (*env)->NewGlobalRef(env, found) : NULL;
    return plain ? JNI_VERSION_1_8 : JNI_ERR;
}

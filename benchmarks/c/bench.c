/*
 * The C part of the benchmarks: the buffer protocol without Python code, and a native method that does nothing.
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

static PyMethodDef methods[] = {
    {"cycles", cycles, METH_VARARGS, "Nanoseconds of one acquire and release of an object, by turns of them."},
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

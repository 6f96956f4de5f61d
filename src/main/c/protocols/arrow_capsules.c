/*
 * Capsules of Arrow's C structures, for Arrow Java, which fills them in and takes what is in them by their addresses.
 *
 * Owns: the structure of each capsule. Threads: any, with the GIL. A capsule that nobody has consumed releases its
 * structure without the GIL, because the release of a stream closes a reader of Java, whose code may wait for another
 * thread.
 */
#include "base/bb.h"

#include "protocols/arrow_capsules.h"

#include <stdlib.h>

#include "protocols/arrow.h"

static void schema_ends(PyObject *capsule)
{
    bb_arrow_schema *schema = PyCapsule_GetPointer(capsule, BB_ARROW_SCHEMA);
    if (schema->release != NULL) {
        PyThreadState *thread = PyEval_SaveThread();
        schema->release(schema);
        PyEval_RestoreThread(thread);
    }
    free(schema);
}

static void array_ends(PyObject *capsule)
{
    bb_arrow_array *array = PyCapsule_GetPointer(capsule, BB_ARROW_ARRAY);
    if (array->release != NULL) {
        PyThreadState *thread = PyEval_SaveThread();
        array->release(array);
        PyEval_RestoreThread(thread);
    }
    free(array);
}

static void stream_ends(PyObject *capsule)
{
    bb_arrow_stream *stream = PyCapsule_GetPointer(capsule, BB_ARROW_STREAM);
    if (stream->release != NULL) {
        PyThreadState *thread = PyEval_SaveThread();
        stream->release(stream);
        PyEval_RestoreThread(thread);
    }
    free(stream);
}

static const struct {
    const char *name;
    size_t size;
    PyCapsule_Destructor end;
} structures[] = {
    {BB_ARROW_SCHEMA, sizeof(bb_arrow_schema), schema_ends},
    {BB_ARROW_ARRAY, sizeof(bb_arrow_array), array_ends},
    {BB_ARROW_STREAM, sizeof(bb_arrow_stream), stream_ends},
};

PyObject *bb_new_arrow_capsule(PyObject *module, PyObject *name)
{
    (void)module;
    size_t which = 0;
    while (which < 2 && PyUnicode_CompareWithASCIIString(name, structures[which].name) != 0) {
        which++;
    }
    void *structure = calloc(1, structures[which].size);
    if (structure == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *capsule = PyCapsule_New(structure, structures[which].name, structures[which].end);
    if (capsule == NULL) {
        free(structure);
        return NULL;
    }
    PyObject *pair = Py_BuildValue("(OK)", capsule, (unsigned long long)(uintptr_t)structure);
    Py_DECREF(capsule);
    return pair;
}

PyObject *bb_arrow_address(PyObject *module, PyObject *arguments)
{
    (void)module;
    PyObject *capsule;
    const char *name;
    if (!PyArg_ParseTuple(arguments, "Os", &capsule, &name)) {
        return NULL;
    }
    void *structure = PyCapsule_GetPointer(capsule, name);
    return structure == NULL ? NULL : Py_BuildValue("K", (unsigned long long)(uintptr_t)structure);
}

/*
 * Stand-ins for CPython: each function that can fail returns NULL or -1 with MemoryError set, as if memory were
 * exhausted. Each also checks that the caller has the GIL.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdarg.h>

#include "fault.h"

/* Not in the limited API, but in every CPython. */
int PyGILState_Check(void);

static bool fails(const char *function, const void *return_address)
{
    if (!PyGILState_Check()) {
        bb_fault_violation(function, "needs the GIL", return_address);
    }
    if (!bb_fault_at(function, return_address)) {
        return false;
    }
    PyErr_NoMemory();
    return true;
}

#define STAND_IN(type, name, failure, parameters, arguments)                                                           \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        return fails(#name, __builtin_return_address(0)) ? (failure) : __real_##name arguments;                        \
    }

STAND_IN(Py_ssize_t, PyBuffer_SizeFromFormat, -1, (const char *format), (format))
STAND_IN(PyObject *, PyDict_GetItemWithError, NULL, (PyObject * dict, PyObject *key), (dict, key))
STAND_IN(PyObject *, PyDict_Keys, NULL, (PyObject * dict), (dict))
STAND_IN(PyObject *, PyDict_New, NULL, (void), ())
STAND_IN(int, PyDict_SetItem, -1, (PyObject * dict, PyObject *key, PyObject *value), (dict, key, value))
STAND_IN(double, PyFloat_AsDouble, -1.0, (PyObject * value), (value))
STAND_IN(PyObject *, PyFloat_FromDouble, NULL, (double value), (value))
STAND_IN(PyObject *, PyImport_ImportModule, NULL, (const char *name), (name))
STAND_IN(int, PyList_Append, -1, (PyObject * list, PyObject *item), (list, item))
STAND_IN(int, PyErr_CheckSignals, -1, (void), ())
STAND_IN(PyObject *, PyList_AsTuple, NULL, (PyObject * list), (list))
STAND_IN(PyObject *, PyList_New, NULL, (Py_ssize_t size), (size))
STAND_IN(long, PyLong_AsLong, -1, (PyObject * value), (value))
STAND_IN(long long, PyLong_AsLongLong, -1, (PyObject * value), (value))
STAND_IN(long long, PyLong_AsLongLongAndOverflow, -1, (PyObject * value, int *overflow), (value, overflow))
STAND_IN(PyObject *, PyLong_FromLong, NULL, (long value), (value))
STAND_IN(PyObject *, PyLong_FromLongLong, NULL, (long long value), (value))
STAND_IN(PyObject *, PyBytes_FromStringAndSize, NULL, (const char *bytes, Py_ssize_t size), (bytes, size))
STAND_IN(PyObject *, PyLong_FromSsize_t, NULL, (Py_ssize_t value), (value))
STAND_IN(PyObject *, PyMemoryView_FromObject, NULL, (PyObject * exporter), (exporter))
STAND_IN(PyObject *, PyObject_GenericGetAttr, NULL, (PyObject * object, PyObject *name), (object, name))
STAND_IN(PyObject *, PyMapping_GetItemString, NULL, (PyObject * mapping, const char *key), (mapping, key))
STAND_IN(PyObject *, PyType_GetName, NULL, (PyTypeObject * type), (type))
STAND_IN(PyObject *, PyType_GetQualName, NULL, (PyTypeObject * type), (type))
STAND_IN(PyObject *, PyWeakref_NewRef, NULL, (PyObject * object, PyObject *callback), (object, callback))
STAND_IN(PyObject *, PyObject_GetAttrString, NULL, (PyObject * object, const char *name), (object, name))
STAND_IN(PyObject *, PyObject_Str, NULL, (PyObject * object), (object))
STAND_IN(PyObject *, PyImport_Import, NULL, (PyObject * name), (name))
STAND_IN(PyObject *, PyIter_Next, NULL, (PyObject * iterator), (iterator))
STAND_IN(int, PyList_Insert, -1, (PyObject * list, Py_ssize_t index, PyObject *item), (list, index, item))
STAND_IN(PyObject *, PyLong_FromString, NULL, (const char *digits, char **end, int base), (digits, end, base))
STAND_IN(PyObject *, PyObject_Call, NULL, (PyObject * callable, PyObject *arguments, PyObject *keywords),
         (callable, arguments, keywords))
STAND_IN(PyObject *, PyObject_CallObject, NULL, (PyObject * callable, PyObject *arguments), (callable, arguments))
STAND_IN(PyObject *, PyObject_CallNoArgs, NULL, (PyObject * callable), (callable))
STAND_IN(PyObject *, PyObject_GetAttr, NULL, (PyObject * object, PyObject *name), (object, name))
STAND_IN(PyObject *, PyObject_GetItem, NULL, (PyObject * object, PyObject *key), (object, key))
STAND_IN(PyObject *, PyUnicode_FromObject, NULL, (PyObject * text), (text))
STAND_IN(PyObject *, PyObject_GetIter, NULL, (PyObject * object), (object))
STAND_IN(int, PyObject_SetAttr, -1, (PyObject * object, PyObject *name, PyObject *value), (object, name, value))
STAND_IN(int, PyObject_SetItem, -1, (PyObject * object, PyObject *key, PyObject *value), (object, key, value))
STAND_IN(Py_ssize_t, PyObject_Size, -1, (PyObject * object), (object))
STAND_IN(Py_hash_t, PyObject_Hash, -1, (PyObject * object), (object))
STAND_IN(int, PyObject_RichCompareBool, -1, (PyObject * left, PyObject *right, int operation), (left, right, operation))
STAND_IN(PyObject *, PyType_FromSpec, NULL, (PyType_Spec * spec), (spec))
STAND_IN(PyObject *, PySequence_Concat, NULL, (PyObject * left, PyObject *right), (left, right))
STAND_IN(PyObject *, PySequence_Tuple, NULL, (PyObject * sequence), (sequence))
STAND_IN(PyObject *, PyTuple_New, NULL, (Py_ssize_t size), (size))
STAND_IN(PyObject *, PyUnicode_AsEncodedString, NULL, (PyObject * text, const char *encoding, const char *errors),
         (text, encoding, errors))
STAND_IN(const char *, PyUnicode_AsUTF8AndSize, NULL, (PyObject * text, Py_ssize_t *size), (text, size))
STAND_IN(PyObject *, PyUnicode_AsLatin1String, NULL, (PyObject * text), (text))
STAND_IN(PyObject *, PyUnicode_DecodeLatin1, NULL, (const char *text, Py_ssize_t size, const char *errors),
         (text, size, errors))
STAND_IN(PyObject *, PyUnicode_DecodeUTF16, NULL, (const char *units, Py_ssize_t size, const char *errors, int *order),
         (units, size, errors, order))
STAND_IN(int, PyBytes_AsStringAndSize, -1, (PyObject * bytes, char **text, Py_ssize_t *size), (bytes, text, size))
STAND_IN(PyObject *, PyUnicode_DecodeUTF8, NULL, (const char *text, Py_ssize_t size, const char *errors),
         (text, size, errors))
STAND_IN(PyObject *, PyUnicode_EncodeFSDefault, NULL, (PyObject * text), (text))
STAND_IN(PyObject *, PyUnicode_Join, NULL, (PyObject * separator, PyObject *texts), (separator, texts))
STAND_IN(PyObject *, PyUnicode_FromWideChar, NULL, (const wchar_t *points, Py_ssize_t size), (points, size))
STAND_IN(PyObject *, PyUnicode_FromString, NULL, (const char *text), (text))
STAND_IN(PyObject *, PyUnicode_Substring, NULL, (PyObject * text, Py_ssize_t start, Py_ssize_t end), (text, start, end))
STAND_IN(PyObject *, _PyObject_New, NULL, (PyTypeObject * type), (type))
STAND_IN(PyObject *, PyType_FromModuleAndSpec, NULL, (PyObject * module, PyType_Spec *spec, PyObject *bases),
         (module, spec, bases))
STAND_IN(int, PyModule_AddObjectRef, -1, (PyObject * module, const char *name, PyObject *value), (module, name, value))
STAND_IN(int, PyModule_AddIntConstant, -1, (PyObject * module, const char *name, long value), (module, name, value))
STAND_IN(int, PyModule_AddStringConstant, -1, (PyObject * module, const char *name, const char *value),
         (module, name, value))
STAND_IN(int, Py_EnterRecursiveCall, -1, (const char *where), (where))

STAND_IN(PyObject *, PyCapsule_New, NULL, (void *pointer, const char *name, PyCapsule_Destructor destructor),
         (pointer, name, destructor))
STAND_IN(int, PyBuffer_ToContiguous, -1, (void *to, const Py_buffer *from, Py_ssize_t size, char order),
         (to, from, size, order))
STAND_IN(PyObject *, PyUnicode_InternFromString, NULL, (const char *text), (text))

/* ------------------------------------------------------------- those that fail in their own way -- */

/* Sets no exception: the caller does that. */
void *__real_PyMem_Calloc(size_t count, size_t size);
void *__wrap_PyMem_Calloc(size_t count, size_t size);
void *__wrap_PyMem_Calloc(size_t count, size_t size)
{
    return BB_FAULT("PyMem_Calloc") ? NULL : __real_PyMem_Calloc(count, size);
}

/* A full table of pending calls sets no exception either. Needs no GIL. */
int __real_Py_AddPendingCall(int (*call)(void *), void *argument);
int __wrap_Py_AddPendingCall(int (*call)(void *), void *argument);
int __wrap_Py_AddPendingCall(int (*call)(void *), void *argument)
{
    return BB_FAULT("Py_AddPendingCall") ? -1 : __real_Py_AddPendingCall(call, argument);
}

/* Of two arguments, as the library calls it. */
PyObject *__real_PyObject_CallFunctionObjArgs(PyObject *callable, ...);
PyObject *__wrap_PyObject_CallFunctionObjArgs(PyObject *callable, PyObject *first, PyObject *second, ...);
PyObject *__wrap_PyObject_CallFunctionObjArgs(PyObject *callable, PyObject *first, PyObject *second, ...)
{
    if (fails("PyObject_CallFunctionObjArgs", __builtin_return_address(0))) {
        return NULL;
    }
    return __real_PyObject_CallFunctionObjArgs(callable, first, second, NULL);
}

int __real_PyObject_GetBuffer(PyObject *exporter, Py_buffer *view, int flags);
int __wrap_PyObject_GetBuffer(PyObject *exporter, Py_buffer *view, int flags);
int __wrap_PyObject_GetBuffer(PyObject *exporter, Py_buffer *view, int flags)
{
    if (fails("PyObject_GetBuffer", __builtin_return_address(0))) {
        view->obj = NULL;
        return -1;
    }
    return __real_PyObject_GetBuffer(exporter, view, flags);
}

/* A type's allocator is called through a pointer, so the pointer is replaced. */
static PyObject *allocate(PyTypeObject *type, Py_ssize_t items)
{
    return fails("tp_alloc", __builtin_return_address(0)) ? NULL : PyType_GenericAlloc(type, items);
}

void *__real_PyType_GetSlot(PyTypeObject *type, int slot);
void *__wrap_PyType_GetSlot(PyTypeObject *type, int slot);
void *__wrap_PyType_GetSlot(PyTypeObject *type, int slot)
{
    return slot == Py_tp_alloc ? (void *)allocate : __real_PyType_GetSlot(type, slot);
}

/* Functions with variable arguments. CPython 3.13 drops the suffix SizeT. */
PyObject *_Py_VaBuildValue_SizeT(const char *format, va_list arguments);
int _PyArg_VaParse_SizeT(PyObject *values, const char *format, va_list arguments);

#define VARIABLE(type, name, failure, parameters, last, forward)                                                       \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        if (fails(#name, __builtin_return_address(0))) {                                                               \
            return failure;                                                                                            \
        }                                                                                                              \
        va_list arguments;                                                                                             \
        va_start(arguments, last);                                                                                     \
        type result = forward;                                                                                         \
        va_end(arguments);                                                                                             \
        return result;                                                                                                 \
    }

static PyObject *call_method(PyObject *object, const char *name, const char *format, va_list arguments)
{
    char tuple[32];
    PyOS_snprintf(tuple, sizeof tuple, "(%s)", format == NULL ? "" : format);
    PyObject *values = _Py_VaBuildValue_SizeT(tuple, arguments);
    PyObject *method = values == NULL ? NULL : PyObject_GetAttrString(object, name);
    PyObject *result = method == NULL ? NULL : PyObject_CallObject(method, values);
    Py_XDECREF(method);
    Py_XDECREF(values);
    return result;
}

VARIABLE(PyObject *, PyUnicode_FromFormat, NULL, (const char *format, ...), format,
         PyUnicode_FromFormatV(format, arguments))
VARIABLE(PyObject *, _Py_BuildValue_SizeT, NULL, (const char *format, ...), format,
         _Py_VaBuildValue_SizeT(format, arguments))
VARIABLE(int, _PyArg_ParseTuple_SizeT, 0, (PyObject * values, const char *format, ...), format,
         _PyArg_VaParse_SizeT(values, format, arguments))
VARIABLE(PyObject *, _PyObject_CallMethod_SizeT, NULL, (PyObject * object, const char *name, const char *format, ...),
         format, call_method(object, name, format, arguments))
#undef Py_BuildValue
#undef PyArg_ParseTuple
#undef PyObject_CallMethod
VARIABLE(PyObject *, Py_BuildValue, NULL, (const char *format, ...), format, _Py_VaBuildValue_SizeT(format, arguments))
VARIABLE(int, PyArg_ParseTuple, 0, (PyObject * values, const char *format, ...), format,
         _PyArg_VaParse_SizeT(values, format, arguments))
VARIABLE(PyObject *, PyObject_CallMethod, NULL, (PyObject * object, const char *name, const char *format, ...), format,
         call_method(object, name, format, arguments))

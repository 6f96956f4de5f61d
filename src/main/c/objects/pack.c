/*
 * Packs Python arguments into slots, without loss.
 *
 * Nothing here knows which types the Java method takes. Java has the overloads, so Java decides that.
 *
 * Owns nothing: what a call's arguments need belongs to its bb_arguments.
 *
 * Threads: any, with the GIL. A value's __index__ or __float__ may run any Python code. Therefore every container is
 * copied to a tuple of our own before its items are read.
 */
#include "base/bb.h"

#include "objects/pack.h"

#include <string.h>

#include "base/dict.h"
#include "objects/java_class.h"
#include "objects/java_object.h"
#include "objects/throwable_class.h"
#include "protocols/lent_memory.h"
#include "runtimes/java_ids.h"
#include "runtimes/long_text.h"
#include "values/boxes.h"
#include "values/iterable.h"

/* NULL with MemoryError set. */
static jobject new_local(JNIEnv *env, jobject object)
{
    jobject local = (*env)->NewLocalRef(env, object);
    if (local == NULL) {
        PyErr_NoMemory();
    }
    return local;
}

static int pack_text(bb_arguments *arguments, PyObject *text, enum bb_tag tag, bb_slot *slot)
{
    slot->tag = (int32_t)tag;
    return bb_add_ref(arguments, bb_text_to_java(arguments->env, text), slot);
}

/* New local reference to a byte[], or NULL with MemoryError set. At most INT32_MAX bytes. */
static jbyteArray bytes_to_java(JNIEnv *env, PyObject *bytes)
{
    jsize length = (jsize)PyBytes_Size(bytes);
    jbyteArray array = (*env)->NewByteArray(env, length);
    if (array == NULL) {
        (*env)->ExceptionClear(env);
        PyErr_NoMemory();
        return NULL;
    }
    (*env)->SetByteArrayRegion(env, array, 0, length, (const jbyte *)PyBytes_AsString(bytes));
    return array;
}

/* Notes the Java class that a value of a derived class may stand for. */
static int note_box(PyObject *value, bb_slot *slot)
{
    slot->aux = bb_box_of(value);
    return slot->aux < 0 ? -1 : 0;
}

static int pack_int(bb_arguments *arguments, PyObject *value, bb_slot *slot)
{
    if (!PyLong_CheckExact(value) && note_box(value, slot) < 0) {
        return -1;
    }
    int overflow = 0;
    slot->tag = BB_INT;
    slot->payload = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) {
        return slot->payload == -1 && PyErr_Occurred() ? -1 : 0;
    }
    PyObject *numbers = PyImport_ImportModule("bufferbridge._objects.values");
    PyObject *bytes = numbers == NULL ? NULL : PyObject_CallMethod(numbers, "to_bytes", "O", value);
    Py_XDECREF(numbers);
    slot->tag = BB_BIGINT;
    int status = bytes == NULL ? -1 : bb_add_ref(arguments, bytes_to_java(arguments->env, bytes), slot);
    Py_XDECREF(bytes);
    return status;
}

static int pack_float(PyObject *value, bb_slot *slot)
{
    if (!PyFloat_CheckExact(value) && note_box(value, slot) < 0) {
        return -1;
    }
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    slot->tag = BB_FLOAT;
    memcpy(&slot->payload, &number, sizeof number);
    return 0;
}

static int pack_str(bb_arguments *arguments, PyObject *value, bb_slot *slot)
{
    if (!PyUnicode_CheckExact(value) && note_box(value, slot) < 0) {
        return -1;
    }
    return pack_text(arguments, value, BB_STR, slot);
}

/*
 * Packs an int or a float of no derived class as bb_pack() does, without its calls. Returns 1; 0 for any other value
 * and for ints of more than 64 bits, whose slot bb_pack() then fills; -1 with an exception set.
 */
static inline int pack_plain_number(PyObject *value, bb_slot *slot)
{
    if (PyFloat_CheckExact(value)) {
        double number = PyFloat_AsDouble(value);
        memcpy(&slot->payload, &number, sizeof number);
        slot->tag = BB_FLOAT;
        slot->object = value;
        return number == -1.0 && PyErr_Occurred() ? -1 : 1;
    }
    if (PyLong_CheckExact(value)) {
        int overflow = 0;
        slot->payload = PyLong_AsLongLongAndOverflow(value, &overflow);
        slot->tag = BB_INT;
        slot->object = value;
        return overflow != 0 ? 0 : slot->payload == -1 && PyErr_Occurred() ? -1 : 1;
    }
    return 0;
}

static int pack_sequence(bb_arguments *arguments, PyObject *sequence, bb_slot *slot)
{
    int status = -1;
    PyObject *items = PySequence_Tuple(sequence);
    if (items == NULL) {
        return -1;
    }
    Py_ssize_t count = PyTuple_Size(items);
    if (count > INT32_MAX) {
        PyErr_Format(PyExc_OverflowError, "a sequence of %zd items does not fit a Java array (at most %d)", count,
                     INT32_MAX);
        goto done;
    }
    bb_slot *children = bb_add_slots(arguments, items, count);
    /* A list that contains itself ends here, with RecursionError. */
    if (children == NULL || Py_EnterRecursiveCall(" while passing a sequence to Java")) {
        goto done;
    }
    slot->tag = BB_SEQUENCE;
    slot->aux = (int32_t)count;
    slot->payload = (int64_t)(intptr_t)children;
    status = 0;
    for (Py_ssize_t i = 0; i < count && status == 0; i++) {
        PyObject *value = PyTuple_GetItem(items, i);
        int packed = pack_plain_number(value, &children[i]);
        status = packed != 0 ? (packed < 0 ? -1 : 0) : bb_pack(arguments, value, &children[i]);
    }
    Py_LeaveRecursiveCall();
done:
    Py_DECREF(items);
    return status;
}

static int pack_opaque(bb_arguments *arguments, PyObject *value, bb_slot *slot)
{
    if (PyType_GetSlot(Py_TYPE(value), Py_tp_iter) != NULL) {
        return bb_pack_iterable(arguments, value, bb_builtin_kind(value), slot);
    }
    PyObject *name = PyType_GetQualName(Py_TYPE(value)); /* not by the attribute: a metaclass may answer anything */
    int status = name == NULL ? -1 : pack_text(arguments, name, BB_OPAQUE, slot);
    Py_XDECREF(name);
    if (PyCallable_Check(value)) {
        slot->payload |= (int64_t)BB_CALLABLE << 32;
    }
    slot->aux = status < 0 ? -1 : bb_add_entry(arguments, NULL);
    return slot->aux < 0 ? -1 : 0;
}

static int pack_described(bb_arguments *arguments, PyObject *description, bb_slot *slot);

/*
 * Packs a value whose exporter has refused with the pending exception. Java takes it as itself, or raises the exception
 * where a buffer is wanted. Exceptions that are about the call and not about the value stay.
 */
static int pack_without_buffer(bb_arguments *arguments, PyObject *value, bb_slot *slot)
{
    PyObject *type;
    PyObject *refusal;
    PyObject *traceback;
    if (!bb_lease_is_refused()) {
        return -1;
    }
    PyErr_Fetch(&type, &refusal, &traceback);
    PyErr_NormalizeException(&type, &refusal, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(refusal, traceback);
    }
    PyObject *values = PyImport_ImportModule("bufferbridge._objects.values");
    PyObject *told = values == NULL ? NULL : PyObject_CallMethod(values, "without_buffer", "OO", value, refusal);
    int status = told == NULL ? -1 : pack_described(arguments, told, slot);
    Py_XDECREF(told);
    Py_XDECREF(values);
    Py_XDECREF(type);
    Py_XDECREF(refusal);
    Py_XDECREF(traceback);
    return status;
}

/* Leases the buffer of `lender` for the call. Java decides whether a method takes it. */
static int pack_buffer(bb_arguments *arguments, PyObject *value, PyObject *lender, bb_slot *slot)
{
    bb_lease *lease = bb_lease_new(value, lender, PyBUF_FULL_RO);
    if (lease == NULL) {
        return pack_without_buffer(arguments, value, slot);
    }
    int index = bb_add_lease(arguments, lease) < 0 ? -1 : bb_add_entry(arguments, NULL);
    if (index < 0) {
        return -1;
    }
    slot->tag = BB_BUFFER;
    slot->aux = index;
    /* Nothing can change bytes, so Java may copy them. A class derived from bytes may export other memory. */
    slot->payload = (int64_t)(intptr_t)lease + (PyBytes_CheckExact(value) ? 1 : 0);
    return 0;
}

/* A value that some Java types take: `description`, a tuple of values.py, has its parts. */
static int pack_described(bb_arguments *arguments, PyObject *description, bb_slot *slot)
{
    if (pack_sequence(arguments, description, slot) < 0) {
        return -1;
    }
    slot->tag = BB_DESCRIBED;
    slot->aux = bb_add_entry(arguments, NULL);
    return slot->aux < 0 ? -1 : 0;
}

/* values.described, which is kept permanently: an import for each value would take longer. NULL with an exception. */
static PyObject *find_described(void)
{
    static _Atomic(PyObject *) described;
    PyObject *found = atomic_load_explicit(&described, memory_order_acquire);
    if (found == NULL) {
        PyObject *values = PyImport_ImportModule("bufferbridge._objects.values");
        found = values == NULL ? NULL : PyObject_GetAttrString(values, "described");
        Py_XDECREF(values);
        atomic_store_explicit(&described, found, memory_order_release);
    }
    return found;
}

/* Reports the exception with which an object refuses to lend its memory, if its description has one. */
static void report_described_refusal(PyObject *value, PyObject *description)
{
    PyObject *refusal = PyTuple_GetItem(description, PyTuple_Size(description) - 1);
    if (PyExceptionInstance_Check(refusal)) {
        PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(refusal)), Py_NewRef(refusal), PyException_GetTraceback(refusal));
        bb_lease_report_refusal(value, PyBUF_FULL_RO);
        PyErr_Clear(); /* the description has it */
    }
}

/*
 * Packs values of other types than int, float, str and their like: numpy's scalars, fractions and times, for example.
 * bufferbridge._objects.values says what they are. __index__ and __float__ alone do not tell a number, because numpy
 * arrays have both.
 */
static int pack_foreign(bb_arguments *arguments, PyObject *value, bb_slot *slot)
{
    if (PyDict_CheckExact(value) || PyAnySet_CheckExact(value) || PyRange_Check(value)) {
        return bb_pack_iterable(arguments, value, bb_builtin_kind(value), slot); /* no question is needed */
    }
    bool has_buffer = PyObject_CheckBuffer(value);
    PyObject *described = find_described();
    PyObject *told = described == NULL
                         ? NULL
                         : PyObject_CallFunctionObjArgs(described, value, has_buffer ? Py_True : Py_False, NULL);
    if (told == NULL) {
        return -1;
    }
    int status;
    if (PyBool_Check(told)) {
        slot->tag = BB_BOOL;
        slot->payload = told == Py_True;
        status = 0;
    } else if (PyLong_Check(told) || PyFloat_Check(told)) {
        /* A numpy number is told as the box of its width. It is a primitive of that width, and no box. */
        status = PyLong_Check(told) ? pack_int(arguments, told, slot) : pack_float(told, slot);
        slot->aux |= slot->aux == BB_PLAIN ? 0 : BB_PRIMITIVE;
    } else if (PyTuple_Check(told)) {
        report_described_refusal(value, told);
        status = pack_described(arguments, told, slot);
    } else if (Py_TYPE(told) == bb_lent_memory_type) {
        status = pack_buffer(arguments, value, told, slot);
    } else if (told != Py_None) {
        /* It was an object of another bridge. The slot has a reference of its own to the Java object. */
        status = bb_pack(arguments, told, slot);
        slot->object = value;
    } else if (has_buffer) {
        status = pack_buffer(arguments, value, value, slot);
    } else {
        status = pack_opaque(arguments, value, slot);
    }
    Py_DECREF(told);
    return status;
}

/* New reference to numpy.ndarray, if numpy is loaded; otherwise NULL. No exception is set. */
static PyObject *find_array_type(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *numpy = modules == NULL ? NULL : bb_dict_get_named(modules, "numpy");
    PyObject *type = numpy == NULL ? NULL : PyObject_GetAttrString(numpy, "ndarray");
    PyErr_Clear(); /* numpy is still being imported */
    Py_XDECREF(numpy);
    return type;
}

/*
 * Whether a value is a buffer for which no question about numbers is needed. numpy's scalars have buffers too, so
 * only numpy's array type itself counts. The type is looked up once numpy is loaded.
 */
static bool is_plainly_a_buffer(PyObject *value)
{
    static _Atomic(PyObject *) array_type; /* numpy.ndarray, kept permanently; NULL before the first use */
    if (PyMemoryView_Check(value) || PyBytes_Check(value) || PyByteArray_Check(value)) {
        return true;
    }
    PyObject *known = atomic_load_explicit(&array_type, memory_order_relaxed);
    if (known == NULL) {
        known = find_array_type();
        atomic_store_explicit(&array_type, known, memory_order_relaxed);
    }
    return known != NULL && (PyObject *)Py_TYPE(value) == known;
}

/* Packs a Python class. That of a Java Throwable is a JavaClass, too. */
static int pack_type(bb_arguments *arguments, PyObject *value, bb_slot *slot)
{
    PyObject *class = bb_java_class_of_errors(value);
    if (class == NULL) {
        return PyErr_Occurred() ? -1 : pack_foreign(arguments, value, slot);
    }
    slot->tag = BB_OBJECT;
    int status = bb_add_ref(arguments, bb_java_class_object(arguments->env, class), slot);
    Py_DECREF(class);
    return status;
}

int bb_pack(bb_arguments *arguments, PyObject *value, bb_slot *slot)
{
    slot->object = value;
    if (value == Py_None) {
        slot->tag = BB_NONE;
        return 0;
    }
    if (PyLong_CheckExact(value)) { /* the most common one: the check for derived types calls a function */
        return pack_int(arguments, value, slot);
    }
    if (PyFloat_CheckExact(value)) {
        return pack_float(value, slot);
    }
    if (PyBool_Check(value)) {
        slot->tag = BB_BOOL;
        slot->payload = value == Py_True;
        return 0;
    }
    if (PyLong_Check(value)) {
        return pack_int(arguments, value, slot);
    }
    if (PyFloat_Check(value)) {
        return pack_float(value, slot);
    }
    if (PyUnicode_Check(value)) {
        return pack_str(arguments, value, slot);
    }
    if (bb_java_object_borrow(value) != NULL) {
        jobject object = bb_java_object_escape(value);
        slot->tag = BB_OBJECT;
        return object == NULL ? -1 : bb_add_ref(arguments, new_local(arguments->env, object), slot);
    }
    if (bb_java_class_check(value)) {
        slot->tag = BB_OBJECT;
        return bb_add_ref(arguments, bb_java_class_object(arguments->env, value), slot);
    }
    if (PyType_Check(value)) {
        return pack_type(arguments, value, slot);
    }
    if (PyList_Check(value) || PyTuple_Check(value)) {
        return pack_sequence(arguments, value, slot);
    }
    if (is_plainly_a_buffer(value)) {
        return pack_buffer(arguments, value, value, slot);
    }
    return pack_foreign(arguments, value, slot);
}

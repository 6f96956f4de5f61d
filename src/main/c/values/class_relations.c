/*
 * isinstance(), issubclass() and `|` of Java classes.
 *
 * Java's answer to `instanceof` for a pair of classes never changes. It is remembered for classes that the JVM never
 * unloads, because no other class gets their ids.
 *
 * Owns: the answers. Threads: any. An entry is one word, so a thread reads a whole answer or none.
 */
#include "base/bb.h"

#include "values/class_relations.h"

#include "base/java_objects.h"
#include "errors/errors.h"
#include "runtimes/attachment.h"
#include "runtimes/java_ids.h"

enum { ANSWER_BITS = 10 }; /* 1024 answers, 8 KiB */

/* The ids of both classes, each plus one, and the answer in bit 63. 0 is an entry without an answer. */
static _Atomic(uint64_t) answers[1 << ANSWER_BITS];

#define IS_INSTANCE (UINT64_C(1) << 63)

/* 0 if the answer for these classes cannot be remembered. */
static uint64_t question_of(const bb_java_class *wanted, const bb_java_class *given)
{
    return wanted->stays && given->stays ? ((uint64_t)wanted->id + 1) << 31 | ((uint64_t)given->id + 1) : 0;
}

static _Atomic(uint64_t) *entry_for(uint64_t question)
{
    const uint64_t GOLDEN_RATIO = UINT64_C(0x9E3779B97F4A7C15); /* Fibonacci hashing mixes the upper bits best */
    return &answers[(question * GOLDEN_RATIO) >> (64 - ANSWER_BITS)];
}

PyObject *bb_class_instancecheck(PyObject *self, PyObject *candidate)
{
    jobject object = bb_java_object_borrow(candidate);
    if (object == NULL) {
        Py_RETURN_FALSE;
    }
    bb_java_class *wanted = (bb_java_class *)self;
    uint64_t question = question_of(wanted, ((bb_java_object *)candidate)->class);
    uint64_t known = question == 0 ? 0 : atomic_load_explicit(entry_for(question), memory_order_relaxed);
    if (known != 0 && (known & ~IS_INSTANCE) == question) {
        return PyBool_FromLong((known & IS_INSTANCE) != 0);
    }
    JNIEnv *env = bb_enter_java();
    jvalue answer;
    const jvalue *given = BB_ARGUMENTS({.l = wanted->type}, {.l = object});
    if (env == NULL || !bb_ask_java_with_gil(env, &bb_java.protocol.is_instance, NULL, given, &answer)) {
        return NULL;
    }
    if (question != 0) {
        uint64_t answered = question | (answer.z ? IS_INSTANCE : 0);
        atomic_store_explicit(entry_for(question), answered, memory_order_relaxed);
    }
    return PyBool_FromLong(answer.z);
}

/* The result of a function of class_relations.py. */
static PyObject *related(const char *function, PyObject *one, PyObject *other)
{
    PyObject *module = PyImport_ImportModule("bufferbridge._objects.class_relations");
    PyObject *told = module == NULL ? NULL : PyObject_CallMethod(module, function, "OO", one, other);
    Py_XDECREF(module);
    return told;
}

PyObject *bb_class_subclasscheck(PyObject *self, PyObject *candidate)
{
    return related("is_subclass", self, candidate);
}

PyObject *bb_class_mro_entries(PyObject *self, PyObject *bases)
{
    return related("refuse_subclass", self, bases);
}

PyObject *bb_class_or(PyObject *one, PyObject *other)
{
    return related("union", one, other);
}

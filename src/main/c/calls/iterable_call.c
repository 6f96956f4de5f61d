/*
 * Java asks about the dicts, sets, generators and other iterables among the arguments of a call, while it chooses and
 * converts: what they are, and what items or memory they have.
 *
 * Owns nothing: what is read or leased belongs to the call (read_items.c, values/arguments.c).
 *
 * Threads: the one that makes the call.
 */
#include "base/bb.h"

#include "calls/iterable_call.h"

#include "calls/call_arguments.h"
#include "calls/read_items.h"
#include "errors/python_door.h"
#include "values/iterable.h"

static bb_slot *slot_of(const bb_operands *of)
{
    return (bb_slot *)(intptr_t)of->slots;
}

static bb_outcome do_kind(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    return bb_number_outcome(bb_ask_kind(slot_of(of)));
}

/* The address and the number of the slots go to the long[] that is given. */
static bb_outcome do_items(JNIEnv *env, const bb_operands *of)
{
    bb_slot *slots = NULL;
    Py_ssize_t count = 0;
    bb_outcome outcome = {.value.l = bb_read_items(env, slot_of(of), (enum bb_reading)of->number, &slots, &count)};
    const jlong found[] = {(jlong)(intptr_t)slots, (jlong)count};
    (*env)->SetLongArrayRegion(env, of->reference, 0, 2, found);
    return outcome;
}

/* Leases the memory that an iterable lends for its call: the lease's address, or 0 if it has no memory. */
static bb_outcome do_lend_iterable(JNIEnv *env, const bb_operands *of)
{
    (void)env;
    PyObject *object = slot_of(of)->object;
    bb_lease *lease = NULL;
    PyObject *module = PyImport_ImportModule("bufferbridge._lending.lending");
    PyObject *lent = module == NULL ? NULL : PyObject_CallMethod(module, "lend_container", "O", object);
    if (lent != NULL && lent != Py_None) {
        lease = bb_lease_new(object, lent, PyBUF_FULL_RO);
    } else if (lent == NULL) {
        bb_lease_report_refusal(object, PyBUF_FULL_RO);
    }
    if (lease != NULL && bb_add_lease(bb_arguments_of_iterable(slot_of(of)), lease) < 0) {
        lease = NULL;
    }
    Py_XDECREF(lent);
    Py_XDECREF(module);
    return bb_number_outcome((jlong)(intptr_t)lease);
}

/* ------------------------------------------------------------------------------ native methods -- */

static jint JNICALL iterable_kind(JNIEnv *env, jclass class, jlong slot)
{
    (void)class;
    return (jint)bb_in_python(env, do_kind, &(bb_operands){.slots = slot}).j;
}

static jobjectArray JNICALL items(JNIEnv *env, jclass class, jlong slot, jint how, jlongArray found)
{
    (void)class;
    return bb_in_python(env, do_items, &(bb_operands){.slots = slot, .number = how, .reference = found}).l;
}

static jlong JNICALL lend_iterable(JNIEnv *env, jclass class, jlong slot)
{
    (void)class;
    return bb_in_python(env, do_lend_iterable, &(bb_operands){.slots = slot}).j;
}

const JNINativeMethod bb_iterable_call_methods[] = {
    {(char *)"lendIterable", (char *)"(J)J", (void *)lend_iterable},
    {(char *)"iterableKind", (char *)"(J)I", (void *)iterable_kind},
    {(char *)"items", (char *)"(JI[J)[Ljava/lang/Object;", (void *)items},
};

const jint bb_iterable_call_method_count = sizeof bb_iterable_call_methods / sizeof *bb_iterable_call_methods;

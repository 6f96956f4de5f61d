/*
 * The memory of one call's arguments, while C packs them and Java reads them.
 *
 * Owns: for each call, the local references of strings and objects, the slots of items and the leases of buffers. What
 * Java has had read of a container is packed into memory of its own, which the call's memory owns.
 *
 * Threads: any, with the GIL. One thread alone uses the memory of a call.
 */
#include "base/bb.h"

#include "values/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "runtimes/java_ids.h"

void bb_arguments_init(bb_arguments *arguments, JNIEnv *env)
{
    arguments->env = env;
    arguments->refs = arguments->small_refs;
    arguments->count = 0;
    arguments->capacity = sizeof arguments->small_refs / sizeof *arguments->small_refs;
    arguments->sequences = NULL;
    arguments->leases = NULL;
    arguments->sequence_count = 0;
    arguments->lease_count = 0;
    arguments->read = NULL;
    arguments->next = NULL;
    arguments->depth = 0;
}

static int grow_refs(bb_arguments *arguments)
{
    int capacity = 2 * arguments->capacity;
    jobject *refs = malloc((size_t)capacity * sizeof *refs);
    if (refs == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(refs, arguments->refs, (size_t)arguments->count * sizeof *refs);
    if (arguments->refs != arguments->small_refs) {
        free(arguments->refs);
    }
    arguments->refs = refs;
    arguments->capacity = capacity;
    return 0;
}

int bb_add_entry(bb_arguments *arguments, jobject local)
{
    if (arguments->count == arguments->capacity && grow_refs(arguments) < 0) {
        (*arguments->env)->DeleteLocalRef(arguments->env, local);
        return -1;
    }
    arguments->refs[arguments->count] = local;
    return arguments->count++;
}

int bb_add_ref(bb_arguments *arguments, jobject local, bb_slot *slot)
{
    int index = local == NULL ? -1 : bb_add_entry(arguments, local);
    slot->payload = index;
    return index < 0 ? -1 : 0;
}

int bb_add_lease(bb_arguments *arguments, bb_lease *lease)
{
    bb_lease **leases = realloc(arguments->leases, ((size_t)arguments->lease_count + 1) * sizeof *leases);
    if (leases == NULL) {
        bb_lease_drop(lease);
        PyErr_NoMemory();
        return -1;
    }
    arguments->leases = leases;
    leases[arguments->lease_count++] = lease;
    return 0;
}

bb_slot *bb_add_slots(bb_arguments *arguments, PyObject *tuple, Py_ssize_t count)
{
    bb_items *sequences = realloc(arguments->sequences, ((size_t)arguments->sequence_count + 1) * sizeof *sequences);
    if (sequences == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    arguments->sequences = sequences;
    bb_slot *slots = calloc((size_t)count + 1, sizeof *slots);
    if (slots == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    sequences[arguments->sequence_count++] = (bb_items){.slots = slots, .tuple = Py_XNewRef(tuple)};
    return slots;
}

jobjectArray bb_arguments_refs(bb_arguments *arguments)
{
    JNIEnv *env = arguments->env;
    if (arguments->count == 0) {
        return NULL;
    }
    jobjectArray array = (*env)->NewObjectArray(env, arguments->count, bb_java.object.class, NULL);
    if (array == NULL) {
        (*env)->ExceptionClear(env);
        PyErr_NoMemory();
        return NULL;
    }
    for (int i = 0; i < arguments->count; i++) {
        (*env)->SetObjectArrayElement(env, array, i, arguments->refs[i]);
    }
    return array;
}

void bb_arguments_drop_refs(bb_arguments *arguments)
{
    for (int i = 0; i < arguments->count; i++) {
        (*arguments->env)->DeleteLocalRef(arguments->env, arguments->refs[i]);
    }
    arguments->count = 0;
}

/* Frees what was packed of containers. */
static void clear_read(bb_arguments *read)
{
    while (read != NULL) {
        bb_arguments *next = read->next;
        bb_arguments_clear(read, NULL);
        free(read);
        read = next;
    }
}

void bb_arguments_clear(bb_arguments *arguments, jobjectArray array)
{
    JNIEnv *env = arguments->env;
    bb_arguments_drop_refs(arguments);
    if (array != NULL) {
        (*env)->DeleteLocalRef(env, array);
    }
    if (arguments->refs != arguments->small_refs) {
        free(arguments->refs);
    }
    for (int i = 0; i < arguments->sequence_count; i++) {
        free(arguments->sequences[i].slots);
        Py_XDECREF(arguments->sequences[i].tuple);
    }
    free(arguments->sequences);
    for (int i = 0; i < arguments->lease_count; i++) {
        bb_lease_drop(arguments->leases[i]);
    }
    free(arguments->leases);
    clear_read(arguments->read);
}

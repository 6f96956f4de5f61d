/*
 * Fields of Java objects and classes, and items of arrays.
 *
 * The first access to a field goes to Java, which initialises the class and checks the access. If that succeeds and the
 * field is a primitive, later accesses read it by JNI, with the GIL, for nothing can wait there. Java still converts
 * values of other types than the field's own, and says what does not fit.
 *
 * While a thread runs the initialiser of a class, Java has other threads wait for its static fields. JNI's accesses do
 * not wait, and JNI's look-up of any field of the class does. So a field has no way by JNI before its class is
 * initialised.
 *
 * A volatile field always goes to Java, because JNI does not say how its accesses are ordered.
 *
 * Owns: the way to each field. It belongs to its member, which keeps the field's class.
 *
 * Threads: any, with the GIL. Two threads may learn a way at once; the first one stays.
 */
#include "base/bb.h"

#include "objects/fields.h"

#include <stdlib.h>

#include "errors/errors.h"
#include "objects/pack.h"
#include "objects/unpack.h"
#include "runtimes/attachment.h"
#include "runtimes/class_state.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "values/arguments.h"

struct bb_direct_field {
    jclass holder; /* of a static field: its class, global reference; otherwise NULL */
    jfieldID id;
    char type; /* as in a descriptor, such as 'I' */
    bool is_settable;
};

/* The way to a field that only Java accesses. */
static bb_direct_field by_java = {NULL, NULL, 'V', false};

/* FieldMember.directTraits(): the descriptor's character, and these bits. 0: no direct way. */
enum { TYPE_BITS = 0xff, IS_STATIC = 1 << 8, IS_SETTABLE = 1 << 9 };

/* ------------------------------------------------------------------------------------- ways -- */

/* What Java says of the member, by a method that runs no user code. False if it throws, which is dropped. */
static bool tells(JNIEnv *env, const bb_method *method, bb_java_member *member, jvalue *told)
{
    bb_outcome outcome = bb_call_java_with_gil(env, method, NULL, BB_ARGUMENTS({.l = member->member}));
    *told = outcome.value;
    return !bb_discard(env, outcome);
}

/* Whether JNI knows the field, and for a static one its class. */
static bool find_field(JNIEnv *env, bb_java_member *member, bb_direct_field *way, jclass static_holder)
{
    jvalue field;
    if (!tells(env, &bb_java.calls.direct_field, member, &field)) {
        return false;
    }
    way->id = (*env)->FromReflectedField(env, field.l);
    (*env)->DeleteLocalRef(env, field.l);
    if (way->id == NULL || static_holder == NULL) {
        return way->id != NULL;
    }
    way->holder = (*env)->NewGlobalRef(env, static_holder);
    return way->holder != NULL;
}

/* As find_way(), for a field that has traits. */
static bb_direct_field *find_direct_way(JNIEnv *env, bb_java_member *member, int traits, jclass holder)
{
    if (!bb_class_is_initialized(env, holder)) {
        return NULL;
    }
    bb_direct_field *way = calloc(1, sizeof *way);
    if (way == NULL) {
        return NULL;
    }
    way->type = (char)(traits & TYPE_BITS);
    way->is_settable = (traits & IS_SETTABLE) != 0;
    if (!find_field(env, member, way, (traits & IS_STATIC) != 0 ? holder : NULL)) {
        (*env)->ExceptionClear(env);
        bb_direct_field_free(way);
        return NULL;
    }
    return way;
}

/*
 * The way to a field that Java has accessed. NULL if its class is not initialised yet, or if memory ran out. Then the
 * next access asks again.
 */
static bb_direct_field *find_way(JNIEnv *env, bb_java_member *member)
{
    jvalue traits, holder;
    if (!tells(env, &bb_java.calls.direct_traits, member, &traits)) {
        return NULL;
    }
    if (traits.i == 0) {
        return &by_java;
    }
    if (!tells(env, &bb_java.calls.direct_holder, member, &holder)) {
        return NULL;
    }
    bb_direct_field *way = find_direct_way(env, member, traits.i, holder.l);
    (*env)->DeleteLocalRef(env, holder.l);
    return way;
}

/* Learns the way to a field, after Java has accessed it. */
static void learn_way(JNIEnv *env, bb_java_member *member)
{
    bb_direct_field *expected = NULL;
    if (atomic_load_explicit(&member->way, memory_order_relaxed) != NULL) {
        return;
    }
    bb_direct_field *way = find_way(env, member);
    if (way != NULL && !atomic_compare_exchange_strong(&member->way, &expected, way)) {
        bb_direct_field_free(way);
    }
}

void bb_direct_field_free(bb_direct_field *way)
{
    if (way != NULL && way != &by_java) {
        bb_global_ref_release(way->holder);
        free(way);
    }
}

/* The direct way, or NULL. */
static const bb_direct_field *direct_way(bb_java_member *member)
{
    const bb_direct_field *way = atomic_load_explicit(&member->way, memory_order_acquire);
    return way == &by_java ? NULL : way;
}

/* ---------------------------------------------------------------------------------- reading -- */

static PyObject *read_static(JNIEnv *env, const bb_direct_field *way)
{
    jclass holder = way->holder;
    switch (way->type) {
    case 'Z':
        return PyBool_FromLong((*env)->GetStaticBooleanField(env, holder, way->id));
    case 'C':
        return bb_unpack_char((*env)->GetStaticCharField(env, holder, way->id));
    case 'B':
        return PyLong_FromLong((*env)->GetStaticByteField(env, holder, way->id));
    case 'S':
        return PyLong_FromLong((*env)->GetStaticShortField(env, holder, way->id));
    case 'I':
        return PyLong_FromLong((*env)->GetStaticIntField(env, holder, way->id));
    case 'J':
        return PyLong_FromLongLong((*env)->GetStaticLongField(env, holder, way->id));
    case 'F':
        return PyFloat_FromDouble((double)(*env)->GetStaticFloatField(env, holder, way->id));
    default:
        return PyFloat_FromDouble((*env)->GetStaticDoubleField(env, holder, way->id));
    }
}

static PyObject *read_instance(JNIEnv *env, const bb_direct_field *way, jobject instance)
{
    switch (way->type) {
    case 'Z':
        return PyBool_FromLong((*env)->GetBooleanField(env, instance, way->id));
    case 'C':
        return bb_unpack_char((*env)->GetCharField(env, instance, way->id));
    case 'B':
        return PyLong_FromLong((*env)->GetByteField(env, instance, way->id));
    case 'S':
        return PyLong_FromLong((*env)->GetShortField(env, instance, way->id));
    case 'I':
        return PyLong_FromLong((*env)->GetIntField(env, instance, way->id));
    case 'J':
        return PyLong_FromLongLong((*env)->GetLongField(env, instance, way->id));
    case 'F':
        return PyFloat_FromDouble((double)(*env)->GetFloatField(env, instance, way->id));
    default:
        return PyFloat_FromDouble((*env)->GetDoubleField(env, instance, way->id));
    }
}

PyObject *bb_get_field(JNIEnv *env, bb_java_member *member, jobject instance)
{
    const bb_direct_field *way = direct_way(member);
    if (way != NULL) {
        return way->holder != NULL ? read_static(env, way) : read_instance(env, way, instance);
    }
    bb_slot slot = {0};
    jvalue returned;
    /* Reading a static field may run its class's initialiser. */
    const jvalue *given = BB_ARGUMENTS({.l = member->member}, {.l = instance}, {.j = (jlong)(intptr_t)&slot});
    if (!bb_ask_java(env, &bb_java.calls.get_field, NULL, given, &returned)) {
        return NULL;
    }
    learn_way(env, member);
    return bb_unpack(env, &slot, returned.l);
}

/* ---------------------------------------------------------------------------------- setting -- */

static int refuse_assignment(bb_java_member *member, PyObject *value)
{
    if (value == NULL) {
        PyErr_Format(PyExc_AttributeError, "%U.%U is a Java member and cannot be deleted", member->class_name,
                     member->name);
        return -1;
    }
    if (member->kind != BB_FIELD) {
        PyErr_Format(PyExc_AttributeError, "%U.%U is a Java %s; only fields can be assigned", member->class_name,
                     member->name, member->kind == BB_METHOD ? "method" : "class");
        return -1;
    }
    return 0;
}

/* Packs the value of an assignment. 0 or -1; the caller clears `packed` in both cases. */
static int pack_one(JNIEnv *env, bb_arguments *packed, PyObject *value, bb_slot *slot, jobjectArray *refs)
{
    bb_arguments_init(packed, env);
    if (bb_pack(packed, value, slot) < 0) {
        return -1;
    }
    *refs = bb_arguments_refs(packed);
    return *refs == NULL && packed->count > 0 ? -1 : 0;
}

/* Has Java convert the value and set the field. */
static int set_by_java(JNIEnv *env, bb_java_member *member, jobject instance, PyObject *value)
{
    int status = -1;
    bb_slot slot = {0};
    jobjectArray refs = NULL;
    bb_arguments packed;
    if (pack_one(env, &packed, value, &slot, &refs) < 0) {
        goto done;
    }
    const jvalue *given =
        BB_ARGUMENTS({.l = member->member}, {.l = instance}, {.j = (jlong)(intptr_t)&slot}, {.l = refs});
    jvalue nothing;
    status = bb_ask_java(env, &bb_java.calls.set_field, NULL, given, &nothing) ? 0 : -1;
done:
    bb_arguments_clear(&packed, refs);
    return status;
}

static void set_boolean(JNIEnv *env, const bb_direct_field *way, jobject instance, jboolean value)
{
    if (way->holder != NULL) {
        (*env)->SetStaticBooleanField(env, way->holder, way->id, value);
    } else {
        (*env)->SetBooleanField(env, instance, way->id, value);
    }
}

static void set_double(JNIEnv *env, const bb_direct_field *way, jobject instance, double value)
{
    if (way->holder != NULL) {
        (*env)->SetStaticDoubleField(env, way->holder, way->id, value);
    } else {
        (*env)->SetDoubleField(env, instance, way->id, value);
    }
}

static void set_int(JNIEnv *env, const bb_direct_field *way, jobject instance, jint value)
{
    if (way->holder != NULL) {
        (*env)->SetStaticIntField(env, way->holder, way->id, value);
    } else {
        (*env)->SetIntField(env, instance, way->id, value);
    }
}

static void set_long(JNIEnv *env, const bb_direct_field *way, jobject instance, jlong value)
{
    if (way->holder != NULL) {
        (*env)->SetStaticLongField(env, way->holder, way->id, value);
    } else {
        (*env)->SetLongField(env, instance, way->id, value);
    }
}

/* As set_directly(). */
static int set_integer(JNIEnv *env, const bb_direct_field *way, jobject instance, PyObject *value)
{
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (number == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (overflow != 0 || (way->type == 'I' && (number < INT32_MIN || number > INT32_MAX))) {
        return 0;
    }
    if (way->type == 'I') {
        set_int(env, way, instance, (jint)number);
    } else {
        set_long(env, way, instance, number);
    }
    return 1;
}

/* As set_directly(). */
static int set_floating(JNIEnv *env, const bb_direct_field *way, jobject instance, PyObject *value)
{
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    set_double(env, way, instance, number);
    return 1;
}

/*
 * Sets a field whose type has Python's own value of this very type: bool, int or float. 1 if it is set. 0, with nothing
 * done, for all others, which Java converts or refuses. -1 with an exception set.
 */
static int set_directly(JNIEnv *env, const bb_direct_field *way, jobject instance, PyObject *value)
{
    switch (way->is_settable ? way->type : 'V') {
    case 'Z':
        if (value != Py_True && value != Py_False) {
            return 0;
        }
        set_boolean(env, way, instance, value == Py_True);
        return 1;
    case 'I':
    case 'J':
        return PyLong_CheckExact(value) ? set_integer(env, way, instance, value) : 0;
    case 'D':
        return PyFloat_CheckExact(value) ? set_floating(env, way, instance, value) : 0;
    default:
        return 0;
    }
}

int bb_set_field(JNIEnv *env, bb_java_member *member, jobject instance, PyObject *value)
{
    if (refuse_assignment(member, value) < 0) {
        return -1;
    }
    const bb_direct_field *way = direct_way(member);
    int set = way == NULL ? 0 : set_directly(env, way, instance, value);
    if (set != 0) {
        return set < 0 ? -1 : 0;
    }
    int status = set_by_java(env, member, instance, value);
    if (status == 0) {
        learn_way(env, member);
    }
    return status;
}

int bb_set_item(JNIEnv *env, jobject array, jint index, PyObject *value)
{
    int status = -1;
    bb_slot slot = {0};
    jobjectArray refs = NULL;
    bb_arguments packed;
    if (pack_one(env, &packed, value, &slot, &refs) < 0) {
        goto done;
    }
    const jvalue *given = BB_ARGUMENTS({.l = array}, {.i = index}, {.j = (jlong)(intptr_t)&slot}, {.l = refs});
    jvalue nothing;
    /* A class loader may have to find the class of the items. */
    status = bb_ask_java(env, &bb_java.calls.set_item, NULL, given, &nothing) ? 0 : -1;
done:
    bb_arguments_clear(&packed, refs);
    return status;
}

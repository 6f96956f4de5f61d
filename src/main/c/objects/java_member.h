/* Members of Java classes: method groups, fields and nested classes. */
#ifndef BB_JAVA_MEMBER_H
#define BB_JAVA_MEMBER_H

#include "base/bb.h"

#include "base/java_objects.h"

/* The answer of Member.kind(). */
enum bb_member_kind { BB_METHOD = 0, BB_FIELD = 1, BB_NESTED_TYPE = 2 };

typedef struct bb_direct_field bb_direct_field;

/* A method group, a field or a nested class, found once per class and name. */
typedef struct bb_java_member {
    PyObject_HEAD
    jobject member; /* the Member in Java; global reference */
    enum bb_member_kind kind;
    PyObject *name;                 /* str */
    PyObject *class_name;           /* str */
    _Atomic(bb_direct_field *) way; /* of a field that was accessed (fields.c), owned; otherwise NULL */
} bb_java_member;

/* Frees the way to a field. Does nothing for NULL. */
void bb_direct_field_free(bb_direct_field *way);

/* Makes the type. 0 or -1. */
int bb_java_member_init(PyObject *module);

/* A member for a Java Member, given as a local reference that is not deleted. NULL with an exception set. */
bb_java_member *bb_java_member_new(JNIEnv *env, bb_java_class *class, jobject local, PyObject *name);

/*
 * The member `name`. If no member has that very name, a trailing underscore is dropped. New reference. NULL with no
 * exception set if Java has no such member.
 */
bb_java_member *bb_java_class_member(JNIEnv *env, bb_java_class *class, PyObject *name, bool is_static);

/* Raises AttributeError with the names that come close. Returns NULL. */
PyObject *bb_java_class_no_member(JNIEnv *env, bb_java_class *class, PyObject *name, bool is_static);

/*
 * What signatures.py says of a method or a constructor: the result of that function of the module. NULL with an
 * exception set.
 */
PyObject *bb_java_member_described(bb_java_member *member, const char *function, bool is_constructor);

/*
 * A list of Java names as one types them in Python, for dir(). Takes the reference to the list. `taken` has the names
 * that Python uses itself, or is NULL. NULL with an exception set; a list that is NULL passes its exception on.
 */
PyObject *bb_typed_names(PyObject *names, PyObject *taken);

/* New list of str. */
PyObject *bb_java_class_member_names(JNIEnv *env, bb_java_class *class, bool is_static);

/*
 * The value of the attribute: a bound method, the value of a field, or a class. `self` is the Python object of the
 * instance, and `instance` the Java object; `self` is NULL for statics. New reference.
 */
PyObject *bb_java_member_get(JNIEnv *env, bb_java_member *member, PyObject *self, jobject instance);

#endif

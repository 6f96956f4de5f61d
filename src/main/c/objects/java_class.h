/* JavaClass: a Java class as seen from Python. */
#ifndef BB_JAVA_CLASS_H
#define BB_JAVA_CLASS_H

#include "base/bb.h"

/* What Exportable.kind() answers. */
enum bb_export_kind {
    BB_EXPORTS_NOTHING = 0,
    BB_EXPORTS_BY_UPCALL = 1,
    BB_EXPORTS_KNOWN_MEMORY = 2,
    BB_EXPORTS_NOTHING_YET = 3 /* asked about by a provider that is being loaded */
};

/*
 * One Java class. One Python object per class, but for BB_EXPORTS_NOTHING_YET: that one is on no table. Of a class that is never unloaded it is kept for the life of the process;
 * of any other for as long as something in Python refers to it: an object of that class, a method of it, a name.
 */
typedef struct bb_java_class {
    PyObject_HEAD
    jobject type; /* JavaType; global reference */
    int id;       /* JavaType.id() */
    bool stays;   /* JavaType.stays(): the table has a reference */
    enum bb_export_kind export_kind;
    PyObject *name;         /* str */
    PyObject *constructors; /* bb_java_member */
    /* str -> bb_java_member, filled by use. Of instances, and of the class itself. */
    PyObject *instance_members;
    PyObject *static_members;
} bb_java_class;

/* Whether objects of the class are JavaObjects, and no JavaBuffers. */
static inline bool bb_exports_nothing(const bb_java_class *class)
{
    return class->export_kind == BB_EXPORTS_NOTHING || class->export_kind == BB_EXPORTS_NOTHING_YET;
}

/* Adds the type to the module. 0 or -1. */
int bb_java_class_init(PyObject *module);

/* Module function: jclass(name or java.lang.Class) -> JavaClass. */
PyObject *bb_jclass(PyObject *module, PyObject *argument);

bool bb_java_class_check(PyObject *candidate);

/* The java.lang.Class of a JavaClass: a local reference, or NULL with an exception set. */
jobject bb_java_class_object(JNIEnv *env, PyObject *class);

/*
 * The class with JavaType id `id`; `object` is an instance of it, asked only when the class is met
 * for the first time. New reference; NULL with an exception set.
 */
bb_java_class *bb_java_class_of(JNIEnv *env, int id, jobject object);

/* The same when no id is at hand. New reference; NULL with an exception set. */
bb_java_class *bb_java_class_of_object(JNIEnv *env, jobject object);

/* Takes the local reference to a JavaType. New reference; NULL with an exception set. */
bb_java_class *bb_java_class_take(JNIEnv *env, jobject type);

/*
 * Module function, for gc.callbacks: when Python collects everything, lets go of the classes that were kept only because
 * they were used last.
 */
PyObject *bb_forget_classes(PyObject *module, PyObject *arguments);

#endif

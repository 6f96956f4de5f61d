/*
 * The three Python objects that stand for Java: JavaClass, JavaObject and JavaBuffer. The folder objects/ implements
 * them.
 */
#ifndef BB_JAVA_OBJECTS_H
#define BB_JAVA_OBJECTS_H

#include "base/bb.h"

typedef struct bb_holding bb_holding;
typedef struct bb_export bb_export;

/* The results of Exportable.kind(). */
enum bb_export_kind {
    BB_EXPORTS_NOTHING = 0,
    BB_EXPORTS_BY_UPCALL = 1,
    BB_EXPORTS_KNOWN_MEMORY = 2,
    BB_EXPORTS_GUARDED = 3,    /* known memory that changes through an ExportGuard; has the bit of known memory */
    BB_EXPORTS_NOTHING_YET = 4 /* a provider asked about the class while the provider was being loaded */
};

/*
 * One Java class. Each class has one Python object. A class of the kind BB_EXPORTS_NOTHING_YET is in no table, so
 * several Python objects may stand for it. A class that the JVM never unloads is kept for the life of the process. Any
 * other class is kept while Python refers to it. An object of the class, one of its methods or a name does so.
 */
typedef struct bb_java_class {
    PyObject_HEAD
    jobject type; /* JavaType; global reference */
    int id;       /* JavaType.id() */
    bool stays;   /* JavaType.stays(): the table has a reference */
    bool is_comparable;
    bool is_throwable;
    enum bb_export_kind export_kind;
    PyTypeObject *instances; /* of its objects: JavaObject, JavaBuffer, or a type that protocols.py derives from one */
    PyObject *name;          /* str */
    PyObject *constructors;  /* bb_java_member */
    /* str -> bb_java_member, filled by use: the members of instances, and the members of the class itself. */
    PyObject *instance_members;
    PyObject *static_members;
    PyObject *error_class; /* of a Throwable: the class of exceptions if `stays`, or a weak reference to it; or NULL */
    PyObject *weak_references; /* the interpreter's list, or NULL */
} bb_java_class;

/* Whether objects of the class are JavaObjects, not JavaBuffers. */
static inline bool bb_exports_nothing(const bb_java_class *class)
{
    return class->export_kind == BB_EXPORTS_NOTHING || class->export_kind == BB_EXPORTS_NOTHING_YET;
}

/* Any Java object that Python holds. */
typedef struct bb_java_object {
    PyObject_HEAD
    jobject object;            /* global reference, for the life of this object */
    bb_java_class *class;      /* owned */
    PyObject *weak_references; /* the interpreter's list, or NULL */
} bb_java_object;

/* A Java object that can export its memory. */
typedef struct bb_java_buffer {
    bb_java_object base;
    /*
     * By upcall: the number of exports that are out. Known memory: also the state of the holding, which is
     * BB_NOT_HELD, BB_CHANGING, or held with this many exports out. This is one word, so acquiring an export and
     * letting go of the memory exclude each other.
     */
    _Atomic(int64_t) exports;
    _Atomic(int64_t) traced;    /* known memory: how many exports have a trace (tracing/trace.h) */
    bb_holding *holding;        /* known memory; valid while exports >= 0 */
    _Atomic(jobject) exporter;  /* by upcall: BufferExporter, global reference; NULL before the first export */
    _Atomic(int) may_block;     /* enum bb_blocking */
    _Atomic(jobject) kept_view; /* keeps memory whose address may have been kept and that the exporter has replaced:
                                   by upcall a BufferView, guarded a Holding; global reference, or NULL */
    bb_export *spares;          /* by upcall: records for future exports; guarded like the list of exports */
    int spare_count;
    jobject block;       /* NativeBlock that belongs to this object, global reference, or NULL; never changes */
    atomic_bool escaped; /* Java code was given the object and may keep it */
    atomic_bool freed;   /* release() has ended the use of the block; set while exports is BB_CHANGING */
} bb_java_buffer;

/* Whether the library keeps the memory in place itself, rather than by a call of the exporter. */
static inline bool bb_exports_known_memory(const bb_java_buffer *buffer)
{
    return (buffer->base.class->export_kind & BB_EXPORTS_KNOWN_MEMORY) != 0;
}

/* Whether a guard counts the exports, too. */
static inline bool bb_exports_guarded_memory(const bb_java_buffer *buffer)
{
    return buffer->base.class->export_kind == BB_EXPORTS_GUARDED;
}

#define BB_FREED "the memory was freed by release()"

enum { BB_NOT_HELD = -1, BB_CHANGING = -2 };

/* BufferExporter.mayBlock(), which is asked before the first export. */
enum bb_blocking { BB_BLOCKING_UNKNOWN = 0, BB_MAY_BLOCK = 1, BB_NEVER_BLOCKS = 2 };

/* objects/ sets these when the module is made. */
BB_SHARED PyTypeObject *bb_java_object_type;
BB_SHARED PyTypeObject *bb_java_buffer_type;

/*
 * A new JavaBuffer if the Java object can export, otherwise a new JavaObject. NULL with an exception set. Deletes no
 * reference. It is a pointer because the layer that makes objects stands above the layer that wraps exceptions.
 */
BB_SHARED PyObject *(*bb_java_object_new)(JNIEnv *env, jobject object);

/* The Java object behind a JavaObject or JavaBuffer, borrowed. NULL with no exception set for any other object. */
static inline jobject bb_java_object_borrow(PyObject *candidate)
{
    return PyObject_TypeCheck(candidate, bb_java_object_type) ? ((bb_java_object *)candidate)->object : NULL;
}

#endif

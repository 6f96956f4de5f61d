/*
 * The C API of bufferbridge: Java memory for C, C++ and Cython extensions, and Python memory for JNI libraries.
 *
 * It is one table of functions, in the capsule bufferbridge._C_API. An extension compiles against this header alone,
 * and links against nothing. bufferbridge.get_include() is its folder. docs/guides/c-api.md has rules and examples.
 *
 *     static const bb_api *bridge;
 *     ...
 *     bridge = bb_import();                                    in the function that executes the module
 *     ...
 *     bb_view view;
 *     if (bridge->acquire(object, BB_READ_CONTIGUOUS, &view) < 0) {
 *         return NULL;
 *     }
 *     ... view.address, view.length; also without the GIL, also on other threads ...
 *     bridge->release(&view);
 *
 * Include Python.h before this header for bb_import(), and jni.h for bb_import_from_java(). The table needs neither.
 * The header is C99 and C++11, and fits the limited API of CPython.
 *
 * Stability. The table only grows. A function that is in it keeps its meaning. Code that was compiled against an older
 * header runs with every later release. Code that was compiled against a newer one is refused when it imports the
 * table.
 */
#ifndef BUFFERBRIDGE_API_H
#define BUFFERBRIDGE_API_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many times the table has grown. */
#define BB_API_VERSION 1

#define BB_API_CAPSULE "bufferbridge._C_API"

/* The types of Python.h and of jni.h, under names that need neither: PyObject, JNIEnv, jobject. */
typedef struct _object bb_py_object;
#ifdef __cplusplus
struct JNIEnv_;
class _jobject;
typedef struct JNIEnv_ bb_jni_env;
typedef class _jobject *bb_jni_object;
#else
struct JNINativeInterface_;
struct _jobject;
typedef const struct JNINativeInterface_ *bb_jni_env;
typedef struct _jobject *bb_jni_object;
#endif

/*
 * What a request wants. Each is a sum of CPython's PyBUF_ constants, and every other sum of those is one, too. It is
 * answered as memoryview answers it. What was not requested is NULL in the view.
 */
enum {
    BB_READ = 0x1C,            /* PyBUF_RECORDS_RO: any strides */
    BB_WRITE = 0x1D,           /* PyBUF_RECORDS: any strides; refused for read-only memory */
    BB_READ_CONTIGUOUS = 0x3C, /* PyBUF_C_CONTIGUOUS | PyBUF_FORMAT */
    BB_WRITE_CONTIGUOUS = 0x3D /* the same, and refused for read-only memory */
};

/*
 * Memory that is held for native code. The caller has the structure, and may copy it, but releases one copy only. All
 * pointers are the library's, and are valid until release().
 */
typedef struct bb_view {
    void *address;             /* of the item whose indices are all zero; never NULL */
    int64_t length;            /* bytes: product(shape) * itemsize */
    int64_t itemsize;          /* bytes */
    const char *format;        /* PEP 3118, as in Py_buffer */
    const int64_t *shape;      /* items; ndim of them */
    const int64_t *strides;    /* bytes; ndim of them */
    const int64_t *suboffsets; /* bytes; NULL unless PyBUF_INDIRECT was requested and the memory has some */
    int32_t ndim;              /* 0 to 64 */
    int32_t readonly;          /* 1: the memory may only be read */
    void *internal;            /* the library's: what is held; NULL in a view that was released */
} bb_view;

/*
 * The table. "With the GIL" means: on a thread that has the GIL of the main interpreter, or an attached thread state
 * where CPython has no GIL, and with no Python exception pending. These functions give the GIL up while Java runs. A
 * failure sets a Python exception.
 *
 * A Java exception that is pending when one of these functions begins is still pending when it returns. Only
 * acquire_java() throws in Java. It refuses to begin if an exception is pending.
 */
typedef struct bb_api {
    uint32_t version;    /* BB_API_VERSION of the library */
    uint32_t size;       /* sizeof(bb_api) in the library */
    const char *library; /* the release of the library, such as "1.2.0" */

    /* Whether the object is a JavaBuffer: 1 or 0. With the GIL. Cannot fail, and needs no JVM. */
    int (*is_buffer)(bb_py_object *object);

    /*
     * Acquires an export of a JavaBuffer. It counts as any other: the JavaBuffer's release() and its Arena.close() are
     * refused until the view is released. 0; or -1 with an exception set and an empty view. That is BufferError for a
     * request that is refused, TypeError for another object, RuntimeError where Java is out of reach. With the GIL.
     */
    int (*acquire)(bb_py_object *object, int request, bb_view *view);

    /*
     * Releases what acquire() or acquire_java() has acquired, and empties the view. Does nothing for an empty view. Any
     * thread may call it, with the GIL or without, also one that neither Python nor Java knows. A thread without the
     * GIL waits for it. The thread may have exceptions pending, which survive. Cannot fail. After the end of Python it
     * only empties the view, and the memory stays in place. A daemon thread of Python that comes while Python ends
     * stops here, as CPython stops such threads. In a subinterpreter, and at the bottom of a stack, the view is emptied
     * and the main thread of Python releases the memory when it next runs Python code.
     */
    void (*release)(bb_view *view);

    /*
     * The JNIEnv of this thread, for extensions that call Java themselves. The first use attaches the thread as a
     * daemon; the thread is detached when it ends. NULL with RuntimeError set where Java is out of reach. With the GIL.
     * Give the GIL up before you call Java methods, which may wait for other threads.
     */
    bb_jni_env *(*jni_env)(void);

    /*
     * Leases the memory of any Python object that has a buffer, or lends its memory by DLPack, Arrow or
     * __array_interface__. A local reference of this thread to a new org.bufferbridge.PythonBuffer, which is owned
     * from the start. The caller deletes the reference. Java code or close_lease() closes the lease. NULL with an
     * exception set: BufferError or another exception of the object, RuntimeError where Java is out of reach. With the
     * GIL.
     */
    bb_jni_object (*lease)(bb_py_object *object, int request);

    /*
     * PythonBuffer.close(): releases the lease at once. A second call does nothing. The reference stays the caller's.
     * 0; or -1 with an exception set, if Python or native code holds memory of the lease. With the GIL. Code without
     * the GIL calls PythonBuffer.close() itself.
     */
    int (*close_lease)(bb_jni_object lease);

    /*
     * For JNI code: acquires the memory of a Java object. That is a PythonBuffer (which is a lease), a BufferView, or
     * any other object whose memory Python could have. It counts as an export until the view is released:
     * PythonBuffer.close() and Arena.close() are refused. A PythonBuffer of a call stays in place after the call, too.
     * 0; or -1 with a Java exception pending and an empty view. That is BufferException for a request that is refused,
     * IllegalStateException once Python has ended. Any attached thread may call it, with the GIL or without. A thread
     * without the GIL waits for it. Memory that is confined to a thread is refused on others. In a forked child, and
     * after the JVM's end, -1 with nothing thrown. Not for code between GetPrimitiveArrayCritical and its release.
     */
    int (*acquire_java)(bb_jni_env *env, bb_jni_object object, int request, bb_view *view);
} bb_api;

/* Whether this table has everything that the code was compiled for. */
static inline int bb_api_is_complete(const bb_api *api)
{
    return api->version >= BB_API_VERSION && api->size >= sizeof(bb_api);
}

#define BB_API_IS_OLDER                                                                                                \
    "bufferbridge %s has version %u of its C API, and this code was compiled for version %u; "                         \
    "python -m pip install --upgrade bufferbridge brings it"

#ifdef Py_PYTHON_H
/*
 * The table. NULL with an exception set if bufferbridge is not installed, is older than this header, or cannot be
 * imported here, as in a subinterpreter. Imports the package; starts no JVM. With the GIL. The table is static.
 */
static inline const bb_api *bb_import(void)
{
    /* PyCapsule_Import() would not say why the package cannot be imported. */
    PyObject *package = PyImport_ImportModule("bufferbridge");
    const bb_api *api = package == NULL ? NULL : (const bb_api *)PyCapsule_Import(BB_API_CAPSULE, 0);
    Py_XDECREF(package);
    if (api != NULL && !bb_api_is_complete(api)) {
        PyErr_Format(PyExc_ImportError, BB_API_IS_OLDER, api->library, (unsigned)api->version,
                     (unsigned)BB_API_VERSION);
        return NULL;
    }
    return api;
}
#endif

#ifdef JNI_VERSION_1_1
/*
 * The table, for JNI code that knows nothing of Python. NULL with a Java exception pending: NoClassDefFoundError if the
 * class loader of the caller does not have bufferbridge, IllegalStateException unless Python runs in this process,
 * UnsatisfiedLinkError if the library is older than this header. Needs no GIL. Call it in a native method, where JNI's
 * FindClass uses the class loader of the method's class.
 */
static inline const bb_api *bb_import_from_java(JNIEnv *env)
{
#ifdef __cplusplus
#define BB_JNI(function, ...) env->function(__VA_ARGS__)
#else
#define BB_JNI(function, ...) (*env)->function(env, __VA_ARGS__)
#endif
    const bb_api *api = NULL;
    jclass found = BB_JNI(FindClass, "org/bufferbridge/internal/jni/Natives");
    jmethodID method = found == NULL ? NULL : BB_JNI(GetStaticMethodID, found, "nativeApi", "()J");
    if (method == NULL) {
        return NULL;
    }
    api = (const bb_api *)(intptr_t)BB_JNI(CallStaticLongMethod, found, method);
    BB_JNI(DeleteLocalRef, found);
    if (api != NULL && !bb_api_is_complete(api)) {
        jclass error = BB_JNI(FindClass, "java/lang/UnsatisfiedLinkError");
        if (error != NULL) {
            BB_JNI(ThrowNew, error, "bufferbridge has an older version of its C API than this code was compiled for");
            BB_JNI(DeleteLocalRef, error);
        }
        return NULL;
    }
    return api;
#undef BB_JNI
}
#endif

#ifdef __cplusplus
}
#endif

#endif

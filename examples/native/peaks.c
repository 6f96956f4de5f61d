/*
 * A JNI library over memory of both languages: the native methods of NativePeaks.java. It knows nothing of Python.
 *
 * The memory is a BufferView of Java's memory, or a PythonBuffer that Python has leased to Java. The library holds it
 * while it reads. So no thread of Java can close the arena, and none of Python can resize the array.
 */
#include <jni.h>
#include <bufferbridge_api.h>
#include <string.h>

static const bb_api *bridge;

/* Called by the static initialiser of the class. Leaves an exception if bufferbridge is not there, or too old. */
JNIEXPORT void JNICALL Java_org_bufferbridge_examples_NativePeaks_load(JNIEnv *env, jclass type)
{
    (void)type;
    bridge = bb_import_from_java(env);
}

JNIEXPORT jdouble JNICALL Java_org_bufferbridge_examples_NativePeaks_peak(JNIEnv *env, jclass type, jobject memory)
{
    bb_view view;
    double peak = 0;
    (void)type;
    if (bridge->acquire_java(env, memory, BB_READ_CONTIGUOUS, &view) < 0) {
        return 0; /* the exception is thrown when this method returns */
    }
    if (strcmp(view.format, "d") == 0) {
        const double *items = view.address;
        for (int64_t i = 0; i < view.length / view.itemsize; i++) {
            peak = items[i] > peak ? items[i] : peak;
        }
    } else {
        jclass error = (*env)->FindClass(env, "java/lang/IllegalArgumentException");
        if (error != NULL) {
            (*env)->ThrowNew(env, error, "items of the format d are required");
        }
    }
    bridge->release(&view); /* also with an exception pending */
    return peak;
}

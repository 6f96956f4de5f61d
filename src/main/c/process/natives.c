/*
 * The native methods that Java calls, bound with RegisterNatives.
 *
 * Binding by table checks each name and signature when the library is loaded. It also works in JVMs that forbid
 * System.load.
 *
 * Owns nothing. Threads: the one that joins the JVM binds the methods; any Java thread calls them.
 */
#include "base/bb.h"

#include "process/natives.h"

#include "api/c_api.h"
#include "base/block.h"
#include "bufferbridge.h"
#include "calls/function_call.h"
#include "calls/iterable_call.h"
#include "calls/python_call.h"
#include "calls/python_operations.h"
#include "errors/python_errors.h"
#include "exports/holding_list.h"
#include "exports/pin.h"
#include "exports/upcall.h"
#include "leases/lease.h"
#include "leases/python_object.h"
#include "process/end.h"
#include "process/out_list.h"
#include "runtimes/class_loader.h"
#include "runtimes/java_door.h"
#include "runtimes/java_ids.h"
#include "runtimes/stack.h"
#include "runtimes/vm_flags.h"
#include "tracing/trace.h"

/*
 * Returns the JDK's own all-access Lookup. It reaches MemorySessionImpl.acquire0 and release0, which make
 * Arena.close() refuse while Python holds the memory. Throws a LinkageError if this JDK does not have it. Java then
 * refuses to export closeable memory.
 */
static jobject JNICALL trusted_lookup(JNIEnv *env, jclass class)
{
    (void)class;
    jobject lookup = NULL;
    jclass lookup_class = (*env)->FindClass(env, "java/lang/invoke/MethodHandles$Lookup");
    if (lookup_class != NULL) {
        jfieldID field =
            (*env)->GetStaticFieldID(env, lookup_class, "IMPL_LOOKUP", "Ljava/lang/invoke/MethodHandles$Lookup;");
        if (field != NULL) {
            lookup = (*env)->GetStaticObjectField(env, lookup_class, field);
        }
        (*env)->DeleteLocalRef(env, lookup_class);
    }
    return lookup;
}

/*
 * Throws StackOverflowError where too little of the stack is left for an end. Java asks before the first step that
 * cannot be undone, because it may run out of stack between any two steps.
 */
static void JNICALL require_stack(JNIEnv *env, jclass class)
{
    (void)class;
    if (!bb_stack_holds_an_end()) {
        bb_throw_stack_overflow(env);
    }
}

static const JNINativeMethod native_methods[] = {
    {(char *)"requireStack", (char *)"()V", (void *)require_stack},
    {(char *)"trustedLookup", (char *)"()Ljava/lang/invoke/MethodHandles$Lookup;", (void *)trusted_lookup},
    {(char *)"useStubs", (char *)"(JJ)V", (void *)bb_use_stubs},
    {(char *)"heldExports", (char *)"(J)J", (void *)bb_held_exports},
    {(char *)"keepsAddress", (char *)"(J)Z", (void *)bb_keeps_address},
    {(char *)"vmFlag", (char *)"(Ljava/lang/String;I)J", (void *)bb_vm_flag},
    {(char *)"allocate", (char *)"(JZ)J", (void *)bb_block_allocate},
    {(char *)"vacate", (char *)"(JJ)Z", (void *)bb_block_vacate},
    {(char *)"free", (char *)"(JJZ)V", (void *)bb_block_free},
    {(char *)"leaseRelease", (char *)"(J)Z", (void *)bb_native_lease_release},
    {(char *)"leaseDeferRelease", (char *)"(JZ)V", (void *)bb_native_lease_defer_release},
    {(char *)"leaseNoteStack", (char *)"(JLjava/lang/String;)V", (void *)bb_native_lease_note_stack},
    {(char *)"leaseMakeWritable", (char *)"(J)Ljava/lang/String;", (void *)bb_native_lease_make_writable},
    {(char *)"leaseCount", (char *)"()J", (void *)bb_native_lease_count},
    {(char *)"heldBytes", (char *)"()J", (void *)bb_native_held_bytes},
    {(char *)"leasedBytes", (char *)"()J", (void *)bb_native_leased_bytes},
    {(char *)"outTexts", (char *)"(Ljava/lang/String;)[Ljava/lang/String;", (void *)bb_native_out_texts},
    {(char *)"setTracing", (char *)"(I)V", (void *)bb_native_set_tracing},
    {(char *)"objectOfLease", (char *)"(J)J", (void *)bb_native_object_of_lease},
    {(char *)"objectReference", (char *)"(J)J", (void *)bb_native_object_reference},
    {(char *)"objectText", (char *)"(J)Ljava/lang/String;", (void *)bb_native_object_text},
    {(char *)"objectRelease", (char *)"(J)Z", (void *)bb_native_object_release},
    {(char *)"objectDeferRelease", (char *)"(J)V", (void *)bb_native_object_defer_release},
    {(char *)"javaEnds", (char *)"()Z", (void *)bb_native_java_ends},
    {(char *)"jvmEnds", (char *)"(Z)V", (void *)bb_native_jvm_ends},
    {(char *)"apiAddress", (char *)"()J", (void *)bb_native_api},
    {(char *)"limitPins", (char *)"(JJJJJ)V", (void *)bb_limit_pins},
    {(char *)"pokePinned", (char *)"([BIB)Z", (void *)bb_poke_pinned},
};

static int check_version(JNIEnv *env, jclass class)
{
    jfieldID field = (*env)->GetStaticFieldID(env, class, "ABI_VERSION", "I");
    if (field == NULL) {
        (*env)->ExceptionClear(env);
        PyErr_SetString(
            PyExc_RuntimeError,
            "the bufferbridge jar has no ABI version: install the jar and this native library from one release");
        return -1;
    }
    int version = (int)(*env)->GetStaticIntField(env, class, field);
    if (version != BB_ABI_VERSION) {
        PyErr_Format(PyExc_RuntimeError,
                     "the bufferbridge jar has ABI version %d, this native library %d: install "
                     "both from one release",
                     version, BB_ABI_VERSION);
        return -1;
    }
    return 0;
}

static int bind(JNIEnv *env, jclass class, const JNINativeMethod *methods, jint count)
{
    if ((*env)->RegisterNatives(env, class, methods, count) != JNI_OK) {
        (*env)->ExceptionClear(env);
        PyErr_SetString(PyExc_RuntimeError, "the native methods of bufferbridge cannot be bound: install the jar and "
                                            "this native library from one release");
        return -1;
    }
    return 0;
}

int bb_natives_register(JNIEnv *env)
{
    int status = -1;
    jclass class = bb_find_class(env, "org/bufferbridge/internal/jni/Natives");
    if (class == NULL) {
        (*env)->ExceptionClear(env);
        PyErr_SetString(PyExc_RuntimeError, "the JVM has no class org.bufferbridge.internal.jni.Natives");
        return -1;
    }
    if (check_version(env, class) < 0) {
        goto done;
    }
    jint count = sizeof native_methods / sizeof *native_methods;
    jclass calls = bb_java.python_calls.class;
    if (bind(env, class, native_methods, count) == 0 &&
        bind(env, calls, bb_python_call_methods, bb_python_call_method_count) == 0 &&
        bind(env, calls, bb_python_operation_methods, bb_python_operation_method_count) == 0 &&
        bind(env, calls, bb_iterable_call_methods, bb_iterable_call_method_count) == 0) {
        status = bind(env, calls, bb_function_call_methods, bb_function_call_method_count);
    }
    if (status == 0) {
        bb_discard(env, bb_call_java(env, &bb_java.tracing.begin, NULL, NULL));
    }
done:
    (*env)->DeleteLocalRef(env, class);
    return status;
}

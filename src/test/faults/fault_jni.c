/*
 * Stand-ins for JNI: a copy of the JVM's function table replaces the table for all threads.
 *
 * JVMTI's SetJNIFunctionTable does that. So the library's JNIEnv is the real one, and its sources do not know of the
 * stand-ins. Calls of other code, such as the JDK's own libraries, are passed on unchanged.
 *
 * A function that makes a reference fails by returning NULL. Upcalls fail in fault_door.c. The library's own natives
 * have stand-ins in fault_natives.c.
 *
 * Each stand-in also checks that no exception is pending, which JNI's manual demands of nearly all functions.
 */
#include <dlfcn.h>
#include <jni.h>
#include <jvmti.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

typedef jint (*create_vm_function)(JavaVM **, void **, void *);

static create_vm_function real_create;
static struct JNINativeInterface_ original; /* a copy: SetJNIFunctionTable overwrites the JVM's own table */
static const struct JNINativeInterface_ *const real = &original;
static struct JNINativeInterface_ replaced;
static const struct JNIInvokeInterface_ *real_vm;
static struct JNIInvokeInterface_ replaced_vm;
static jthrowable out_of_memory; /* global reference */

/* ------------------------------------------------------------------------------- what all do -- */

/* Whether a call of this library fails. If so, OutOfMemoryError is pending. */
static bool fails(JNIEnv *env, const char *function, const void *return_address)
{
    if (!bb_fault_is_ours(return_address)) {
        return false;
    }
    if (real->ExceptionCheck(env)) {
        bb_fault_violation(function, "called with an exception pending", return_address);
    }
    if (!bb_fault_at(function, return_address)) {
        return false;
    }
    real->Throw(env, out_of_memory);
    return true;
}

#define FAILS(function) fails(env, function, __builtin_return_address(0))

/*
 * Counts a reference that was made for this library. Natives that return a reference to Java subtract it
 * (fault_natives.c).
 */
static jobject local(jobject reference, const void *return_address)
{
    bb_fault_balance_add(BB_LOCAL_REFS, reference != NULL && bb_fault_is_ours(return_address));
    return reference;
}

#define LOCAL(reference) local(reference, __builtin_return_address(0))

/* -------------------------------------------------------------------------------- references -- */

static jobject JNICALL new_global_ref(JNIEnv *env, jobject object)
{
    if (FAILS("NewGlobalRef")) {
        real->ExceptionClear(env); /* "returns NULL if the system has run out of memory", and throws nothing */
        return NULL;
    }
    jobject global = real->NewGlobalRef(env, object);
    bb_fault_balance_add(BB_GLOBAL_REFS, global != NULL && bb_fault_is_ours(__builtin_return_address(0)));
    return global;
}

static void JNICALL delete_global_ref(JNIEnv *env, jobject global)
{
    bb_fault_balance_add(BB_GLOBAL_REFS, -(global != NULL && bb_fault_is_ours(__builtin_return_address(0))));
    real->DeleteGlobalRef(env, global);
}

static jobject JNICALL new_local_ref(JNIEnv *env, jobject object)
{
    if (FAILS("NewLocalRef")) {
        real->ExceptionClear(env);
        return NULL;
    }
    return LOCAL(real->NewLocalRef(env, object));
}

static void JNICALL delete_local_ref(JNIEnv *env, jobject reference)
{
    bb_fault_balance_add(BB_LOCAL_REFS, -(reference != NULL && bb_fault_is_ours(__builtin_return_address(0))));
    real->DeleteLocalRef(env, reference);
}

static jthrowable JNICALL exception_occurred(JNIEnv *env)
{
    return LOCAL(real->ExceptionOccurred(env));
}

/* ------------------------------------------------------------------------ strings and arrays -- */

static jstring JNICALL new_string(JNIEnv *env, const jchar *units, jsize length)
{
    return FAILS("NewString") ? NULL : LOCAL(real->NewString(env, units, length));
}

static jstring JNICALL new_string_utf(JNIEnv *env, const char *text)
{
    return FAILS("NewStringUTF") ? NULL : LOCAL(real->NewStringUTF(env, text));
}

static jlongArray JNICALL new_long_array(JNIEnv *env, jsize length)
{
    return FAILS("NewLongArray") ? NULL : LOCAL(real->NewLongArray(env, length));
}

static jintArray JNICALL new_int_array(JNIEnv *env, jsize length)
{
    return FAILS("NewIntArray") ? NULL : LOCAL(real->NewIntArray(env, length));
}

static jdoubleArray JNICALL new_double_array(JNIEnv *env, jsize length)
{
    return FAILS("NewDoubleArray") ? NULL : LOCAL(real->NewDoubleArray(env, length));
}

static jbyteArray JNICALL new_byte_array(JNIEnv *env, jsize length)
{
    return FAILS("NewByteArray") ? NULL : LOCAL(real->NewByteArray(env, length));
}

static jobjectArray JNICALL new_object_array(JNIEnv *env, jsize length, jclass class, jobject initial)
{
    return FAILS("NewObjectArray") ? NULL : LOCAL(real->NewObjectArray(env, length, class, initial));
}

static jobject JNICALL get_object_array_element(JNIEnv *env, jobjectArray array, jsize index)
{
    return LOCAL(real->GetObjectArrayElement(env, array, index));
}

static jclass JNICALL get_object_class(JNIEnv *env, jobject object)
{
    return LOCAL(real->GetObjectClass(env, object));
}

static jclass JNICALL get_superclass(JNIEnv *env, jclass class)
{
    return LOCAL(real->GetSuperclass(env, class));
}

static void *JNICALL get_primitive_array_critical(JNIEnv *env, jarray array, jboolean *is_copy)
{
    if (FAILS("GetPrimitiveArrayCritical")) {
        return NULL;
    }
    bb_fault_balance_add(BB_CRITICALS, bb_fault_is_ours(__builtin_return_address(0)));
    return real->GetPrimitiveArrayCritical(env, array, is_copy);
}

static void JNICALL release_primitive_array_critical(JNIEnv *env, jarray array, void *address, jint mode)
{
    bb_fault_balance_add(BB_CRITICALS, -bb_fault_is_ours(__builtin_return_address(0)));
    real->ReleasePrimitiveArrayCritical(env, array, address, mode);
}

static const jchar *JNICALL get_string_critical(JNIEnv *env, jstring string, jboolean *is_copy)
{
    if (FAILS("GetStringCritical")) {
        return NULL;
    }
    bb_fault_balance_add(BB_CRITICALS, bb_fault_is_ours(__builtin_return_address(0)));
    return real->GetStringCritical(env, string, is_copy);
}

static void JNICALL release_string_critical(JNIEnv *env, jstring string, const jchar *units)
{
    bb_fault_balance_add(BB_CRITICALS, -bb_fault_is_ours(__builtin_return_address(0)));
    real->ReleaseStringCritical(env, string, units);
}

/* -------------------------------------------------------------------------- classes and members -- */

enum { GIVING_UP = 32 };
static jmethodID giving_up[GIVING_UP]; /* methods whose calls are made although they fail */
static int giving_up_count;

static jclass JNICALL find_class(JNIEnv *env, const char *name)
{
    return FAILS("FindClass") ? NULL : LOCAL(real->FindClass(env, name));
}

static jmethodID JNICALL get_method_id(JNIEnv *env, jclass class, const char *name, const char *signature)
{
    if (FAILS("GetMethodID")) {
        return NULL;
    }
    jmethodID id = real->GetMethodID(env, class, name, signature);
    bool gives_up = strcmp(name, "release") == 0 || strcmp(name, "close") == 0 || strcmp(name, "run") == 0;
    if (gives_up && bb_fault_is_ours(__builtin_return_address(0)) && giving_up_count < GIVING_UP) {
        giving_up[giving_up_count++] = id;
    }
    return id;
}

static jmethodID JNICALL get_static_method_id(JNIEnv *env, jclass class, const char *name, const char *signature)
{
    return FAILS("GetStaticMethodID") ? NULL : real->GetStaticMethodID(env, class, name, signature);
}

static jfieldID JNICALL get_static_field_id(JNIEnv *env, jclass class, const char *name, const char *signature)
{
    return FAILS("GetStaticFieldID") ? NULL : real->GetStaticFieldID(env, class, name, signature);
}

static jfieldID JNICALL from_reflected_field(JNIEnv *env, jobject field)
{
    return FAILS("FromReflectedField") ? NULL : real->FromReflectedField(env, field);
}

static jobject JNICALL get_static_object_field(JNIEnv *env, jclass class, jfieldID field)
{
    return LOCAL(real->GetStaticObjectField(env, class, field));
}

static jint JNICALL register_natives(JNIEnv *env, jclass class, const JNINativeMethod *methods, jint count)
{
    if (!bb_fault_is_ours(__builtin_return_address(0))) {
        return real->RegisterNatives(env, class, methods, count);
    }
    if (FAILS("RegisterNatives")) {
        return JNI_ERR;
    }
    JNINativeMethod own[64];
    memcpy(own, methods, (size_t)count * sizeof *own);
    bb_fault_stand_in_for(own, count);
    return real->RegisterNatives(env, class, own, count);
}

/* ------------------------------------------------------------------------------------ upcalls -- */

static jint JNICALL throw_new(JNIEnv *env, jclass class, const char *message)
{
    return FAILS("ThrowNew") ? JNI_ERR : real->ThrowNew(env, class, message);
}

/* Upcalls fail at the library's door into Java, so a site is the caller of the door: see fault_door.c. */

bool bb_fault_gives_up(jmethodID method)
{
    for (int i = 0; i < giving_up_count; i++) {
        if (giving_up[i] == method) {
            return true;
        }
    }
    return false;
}

jthrowable bb_fault_upcall(JNIEnv *env, const char *function, const void *return_address)
{
    if (!fails(env, function, return_address)) {
        return NULL;
    }
    real->ExceptionClear(env);
    bb_fault_balance_add(BB_LOCAL_REFS, 1);
    return (jthrowable)real->NewLocalRef(env, out_of_memory);
}

/* ------------------------------------------------------------------------------------- tables -- */

static jint JNICALL attach_as_daemon(JavaVM *vm, void **env, void *arguments)
{
    bool ours = bb_fault_is_ours(__builtin_return_address(0));
    return ours && BB_FAULT("AttachCurrentThreadAsDaemon") ? JNI_ENOMEM
                                                           : real_vm->AttachCurrentThreadAsDaemon(vm, env, arguments);
}

static jint replace_tables(JavaVM *vm, JNIEnv *env)
{
    jvmtiEnv *jvmti = NULL;
    original = **env;
    real_vm = *vm;
    replaced = **env;
    replaced.NewGlobalRef = new_global_ref;
    replaced.DeleteGlobalRef = delete_global_ref;
    replaced.NewLocalRef = new_local_ref;
    replaced.DeleteLocalRef = delete_local_ref;
    replaced.ExceptionOccurred = exception_occurred;
    replaced.NewString = new_string;
    replaced.NewStringUTF = new_string_utf;
    replaced.NewLongArray = new_long_array;
    replaced.NewIntArray = new_int_array;
    replaced.NewDoubleArray = new_double_array;
    replaced.NewByteArray = new_byte_array;
    replaced.NewObjectArray = new_object_array;
    replaced.GetObjectArrayElement = get_object_array_element;
    replaced.GetPrimitiveArrayCritical = get_primitive_array_critical;
    replaced.ReleasePrimitiveArrayCritical = release_primitive_array_critical;
    replaced.GetStringCritical = get_string_critical;
    replaced.ReleaseStringCritical = release_string_critical;
    replaced.FindClass = find_class;
    replaced.GetMethodID = get_method_id;
    replaced.GetStaticMethodID = get_static_method_id;
    replaced.GetStaticFieldID = get_static_field_id;
    replaced.FromReflectedField = from_reflected_field;
    replaced.GetStaticObjectField = get_static_object_field;
    replaced.ThrowNew = throw_new;
    replaced.RegisterNatives = register_natives;
    replaced.GetObjectClass = get_object_class;
    replaced.GetSuperclass = get_superclass;
    replaced_vm = **vm;
    replaced_vm.AttachCurrentThreadAsDaemon = attach_as_daemon;
    if (real_vm->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_1_2) != JNI_OK) {
        return JNI_ERR;
    }
    jclass class = real->FindClass(env, "java/lang/OutOfMemoryError");
    jmethodID constructor = real->GetMethodID(env, class, "<init>", "(Ljava/lang/String;)V");
    jstring message = real->NewStringUTF(env, "injected");
    out_of_memory = real->NewGlobalRef(env, real->NewObject(env, class, constructor, message));
    *(const struct JNIInvokeInterface_ **)vm = &replaced_vm;
    return (*jvmti)->SetJNIFunctionTable(jvmti, &replaced) == JVMTI_ERROR_NONE ? JNI_OK : JNI_ERR;
}

static jint create(JavaVM **vm, void **env, void *arguments)
{
    if (BB_FAULT("JNI_CreateJavaVM")) {
        return JNI_ENOMEM;
    }
    jint result = real_create(vm, env, arguments);
    return result != JNI_OK ? result : replace_tables(*vm, (JNIEnv *)*env);
}

void *bb_fault_create_vm(void *symbol)
{
    *(void **)&real_create = symbol;
    return (void *)create;
}

void bb_fault_join_vm(void)
{
    jint (*created)(JavaVM **, jsize, jsize *);
    JavaVM *vm = NULL;
    JNIEnv *env = NULL;
    jsize count = 0;
    void *libjvm = dlopen("libjvm.so", RTLD_NOW | RTLD_NOLOAD);
    *(void **)&created = libjvm == NULL ? NULL : dlsym(libjvm, "JNI_GetCreatedJavaVMs");
    if (created == NULL || created(&vm, 1, &count) != JNI_OK || count == 0 ||
        (*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK || replace_tables(vm, env) != JNI_OK) {
        abort();
    }
}

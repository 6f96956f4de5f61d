/*
 * Stand-ins for the library's native methods that return a reference.
 *
 * The Java frame deletes such a reference. So a stand-in calls the native method, and subtracts the reference from the
 * count of those that the library has.
 *
 * Owns: the native methods, from their registration on. Threads: one thread registers them, before any calls them.
 */
#include <jni.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

typedef jobject(JNICALL *of_long)(JNIEnv *, jclass, jlong);
typedef jobject(JNICALL *of_long_and_int)(JNIEnv *, jclass, jlong, jint);
typedef jobject(JNICALL *of_nothing)(JNIEnv *, jclass);
typedef jobject(JNICALL *of_long_and_class)(JNIEnv *, jclass, jlong, jclass);
typedef jobject(JNICALL *of_string)(JNIEnv *, jclass, jstring);
typedef jobject(JNICALL *of_start)(JNIEnv *, jclass, jintArray, jstring, jint);
typedef jobject(JNICALL *of_function)(JNIEnv *, jclass, jlong, jlong, jint, jobjectArray, jint, jobject);
typedef jobjectArray(JNICALL *of_items)(JNIEnv *, jclass, jlong, jint, jlongArray);
enum { HANDED_OVER = 4 };
static of_long long_natives[HANDED_OVER];
static of_nothing lookup_native;
static of_long_and_int plain_native;
static of_long_and_class convert_native;
static of_string texts_native;
static of_start start_native;
static of_function function_native;
static of_items items_native;

static jobject hand_over(jobject reference)
{
    bb_fault_balance_add(BB_LOCAL_REFS, -(reference != NULL));
    return reference;
}

#define OF_LONG(index)                                                                                                 \
    static jobject JNICALL of_long_##index(JNIEnv *env, jclass class, jlong value)                                     \
    {                                                                                                                  \
        return hand_over(long_natives[index](env, class, value));                                                      \
    }
OF_LONG(0)
OF_LONG(1)
OF_LONG(2)
OF_LONG(3)
static const of_long of_longs[HANDED_OVER] = {of_long_0, of_long_1, of_long_2, of_long_3};

/* Makes exports use JNI, because an upcall stub cannot throw. BB_FAULT_STUBS makes them use the stubs. */
static void JNICALL use_no_stubs(JNIEnv *env, jclass class, jlong acquire, jlong release)
{
    (void)env;
    (void)class;
    (void)acquire;
    (void)release;
}

static jobject JNICALL of_nothing_0(JNIEnv *env, jclass class)
{
    return hand_over(lookup_native(env, class));
}

static jobject JNICALL of_long_and_int_0(JNIEnv *env, jclass class, jlong value, jint wanted)
{
    return hand_over(plain_native(env, class, value, wanted));
}

static jobject JNICALL of_long_and_class_0(JNIEnv *env, jclass class, jlong value, jclass type)
{
    return hand_over(convert_native(env, class, value, type));
}

static jobject JNICALL of_string_0(JNIEnv *env, jclass class, jstring value)
{
    return hand_over(texts_native(env, class, value));
}

static jobject JNICALL of_start_0(JNIEnv *env, jclass class, jintArray executable, jstring folder, jint flags)
{
    return hand_over(start_native(env, class, executable, folder, flags));
}

static jobject JNICALL of_function_0(JNIEnv *env, jclass class, jlong object, jlong slots, jint count,
                                     jobjectArray refs, jint wanted, jobject parameter)
{
    return hand_over(function_native(env, class, object, slots, count, refs, wanted, parameter));
}

static jobjectArray JNICALL of_items_0(JNIEnv *env, jclass class, jlong slot, jint how, jlongArray found)
{
    return hand_over(items_native(env, class, slot, how, found));
}

void bb_fault_stand_in_for(JNINativeMethod *methods, jint count)
{
    int longs = 0;
    for (jint i = 0; i < count; i++) {
        if (strncmp(methods[i].signature, "()L", 3) == 0) {
            *(void **)&lookup_native = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_nothing_0;
        } else if (strncmp(methods[i].signature, "(J)L", 4) == 0) {
            *(void **)&long_natives[longs] = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_longs[longs++];
        } else if (strncmp(methods[i].signature, "(JI)L", 5) == 0) {
            *(void **)&plain_native = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_long_and_int_0;
        } else if (strncmp(methods[i].signature, "(JLjava/lang/Class;)L", 21) == 0) {
            *(void **)&convert_native = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_long_and_class_0;
        } else if (strcmp(methods[i].name, "outTexts") == 0) {
            *(void **)&texts_native = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_string_0;
        } else if (strcmp(methods[i].name, "initialize") == 0) {
            *(void **)&start_native = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_start_0;
        } else if (strcmp(methods[i].name, "function") == 0) {
            *(void **)&function_native = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_function_0;
        } else if (strcmp(methods[i].name, "items") == 0) {
            *(void **)&items_native = methods[i].fnPtr;
            methods[i].fnPtr = (void *)of_items_0;
        } else if (strcmp(methods[i].name, "useStubs") == 0 && getenv("BB_FAULT_STUBS") == NULL) {
            methods[i].fnPtr = (void *)use_no_stubs;
        }
    }
}

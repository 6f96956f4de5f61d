/*
 * The door into Java. Only this file uses JNI's Call functions; a test enforces that.
 *
 * Owns nothing between calls. Threads: any thread that is attached to the JVM.
 */
#include "base/bb.h"

#include "runtimes/java_door.h"

#include <string.h>

#include "base/thrown.h"

bool bb_find_method(JNIEnv *env, bb_method *method, jclass class, bool is_static, const char *name,
                    const char *signature)
{
    char returns = strchr(signature, ')')[1];
    method->class = is_static ? class : NULL;
    method->returns = returns == '[' ? 'L' : returns;
    method->id = is_static ? (*env)->GetStaticMethodID(env, class, name, signature)
                           : (*env)->GetMethodID(env, class, name, signature);
    return method->id != NULL;
}

static jvalue call_static(JNIEnv *env, const bb_method *method, const jvalue *arguments)
{
    jvalue value = {.j = 0};
    switch (method->returns) {
    case 'Z':
        value.z = (*env)->CallStaticBooleanMethodA(env, method->class, method->id, arguments);
        break;
    case 'I':
        value.i = (*env)->CallStaticIntMethodA(env, method->class, method->id, arguments);
        break;
    case 'J':
        value.j = (*env)->CallStaticLongMethodA(env, method->class, method->id, arguments);
        break;
    default:
        (*env)->CallStaticVoidMethodA(env, method->class, method->id, arguments);
    }
    return value;
}

static jvalue call_on(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments)
{
    jvalue value = {.j = 0};
    switch (method->returns) {
    case 'L':
        value.l = (*env)->CallObjectMethodA(env, object, method->id, arguments);
        break;
    case 'Z':
        value.z = (*env)->CallBooleanMethodA(env, object, method->id, arguments);
        break;
    case 'I':
        value.i = (*env)->CallIntMethodA(env, object, method->id, arguments);
        break;
    case 'J':
        value.j = (*env)->CallLongMethodA(env, object, method->id, arguments);
        break;
    default:
        (*env)->CallVoidMethodA(env, object, method->id, arguments);
    }
    return value;
}

static inline bb_outcome call_method(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments)
{
    bb_outcome outcome;
    if (method->class == NULL) {
        outcome.value = call_on(env, method, object, arguments);
    } else if (method->returns == 'L') { /* all calls of user methods come here */
        outcome.value.l = (*env)->CallStaticObjectMethodA(env, method->class, method->id, arguments);
    } else {
        outcome.value = call_static(env, method, arguments);
    }
    outcome.thrown = bb_thrown(env);
    if (outcome.thrown != NULL) {
        outcome.value.j = 0;
    }
    return outcome;
}

static inline bb_outcome call_from_python(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments,
                                          bool keeps_gil)
{
    bb_away away;
    bb_before_java(&away, keeps_gil && BB_HAS_GIL);
    bb_outcome outcome = call_method(env, method, object, arguments);
    bb_after_java(&away);
    return outcome;
}

bb_outcome bb_call_java_outside(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments)
{
    return call_method(env, method, object, arguments);
}

bb_outcome bb_call_java(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments)
{
    return call_from_python(env, method, object, arguments, false);
}

bb_outcome bb_call_java_with_gil(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments)
{
    return call_from_python(env, method, object, arguments, true);
}

bool bb_discard(JNIEnv *env, bb_outcome outcome)
{
    if (outcome.thrown == NULL) {
        return false;
    }
    (*env)->DeleteLocalRef(env, outcome.thrown);
    return true;
}

/* ------------------------------------------ by name, before the library's own classes are there -- */

jclass bb_early_class(JNIEnv *env, const char *name, jthrowable *thrown)
{
    if (*thrown != NULL) {
        return NULL;
    }
    jclass class = (*env)->FindClass(env, name);
    *thrown = bb_thrown(env);
    return class;
}

jobject bb_early_call(JNIEnv *env, jclass class, jobject object, const char *name, const char *signature,
                      const jvalue *arguments, jthrowable *thrown)
{
    bb_method method;
    if (*thrown != NULL) {
        return NULL;
    }
    if (!bb_find_method(env, &method, class, object == NULL, name, signature)) {
        *thrown = bb_thrown(env);
        return NULL;
    }
    bb_outcome outcome = bb_call_java(env, &method, object, arguments);
    *thrown = outcome.thrown;
    return outcome.value.l;
}

jobject bb_early_new(JNIEnv *env, jclass class, const char *signature, const jvalue *arguments, jthrowable *thrown)
{
    if (*thrown != NULL) {
        return NULL;
    }
    jmethodID constructor = (*env)->GetMethodID(env, class, "<init>", signature);
    if (constructor == NULL) {
        *thrown = bb_thrown(env);
        return NULL;
    }
    bb_away away;
    bb_before_java(&away, false);
    jobject made = (*env)->NewObjectA(env, class, constructor, arguments);
    *thrown = bb_thrown(env);
    bb_after_java(&away);
    return made;
}

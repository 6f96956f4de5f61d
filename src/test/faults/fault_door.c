/*
 * Stand-ins for the library's door into Java (java_door.h): a call of Java throws OutOfMemoryError.
 *
 * A call that gives something up (release, close, run) is made, and throws afterwards. Java has released even if it
 * throws.
 *
 * The stand-ins are before the door, not behind it, so a site is the place that calls Java.
 */
#include "base/bb.h"

#include "errors/errors.h"
#include "fault.h"
#include "runtimes/java_door.h"

#define FAILURE(function) bb_fault_upcall(env, function, __builtin_return_address(0))

/* Counts references that Java made for this library. */
static bb_outcome counted(const bb_method *method, bb_outcome outcome)
{
    bb_fault_balance_add(BB_LOCAL_REFS, method->returns == 'L' && outcome.value.l != NULL);
    return outcome;
}

static bb_outcome failed(JNIEnv *env, bb_outcome outcome, jthrowable thrown)
{
    bb_discard(env, outcome);
    return (bb_outcome){.thrown = thrown};
}

#define CALL(name)                                                                                                     \
    bb_outcome __real_##name(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);           \
    bb_outcome __wrap_##name(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments);           \
    bb_outcome __wrap_##name(JNIEnv *env, const bb_method *method, jobject object, const jvalue *arguments)            \
    {                                                                                                                  \
        jthrowable thrown = FAILURE(#name);                                                                            \
        if (thrown != NULL && !bb_fault_gives_up(method->id)) {                                                        \
            return (bb_outcome){.thrown = thrown};                                                                     \
        }                                                                                                              \
        bb_outcome outcome = __real_##name(env, method, object, arguments);                                            \
        return thrown != NULL ? failed(env, outcome, thrown) : counted(method, outcome);                               \
    }

CALL(bb_call_java)
CALL(bb_call_java_with_gil)
CALL(bb_call_java_outside)

jclass __real_bb_early_class(JNIEnv *env, const char *name, jthrowable *thrown);
jclass __wrap_bb_early_class(JNIEnv *env, const char *name, jthrowable *thrown);

jclass __wrap_bb_early_class(JNIEnv *env, const char *name, jthrowable *thrown)
{
    if (*thrown == NULL) {
        *thrown = FAILURE("bb_early_class");
    }
    return __real_bb_early_class(env, name, thrown);
}

jobject __real_bb_early_call(JNIEnv *env, jclass class, jobject object, const char *name, const char *signature,
                             const jvalue *arguments, jthrowable *thrown);
jobject __wrap_bb_early_call(JNIEnv *env, jclass class, jobject object, const char *name, const char *signature,
                             const jvalue *arguments, jthrowable *thrown);

jobject __wrap_bb_early_call(JNIEnv *env, jclass class, jobject object, const char *name, const char *signature,
                             const jvalue *arguments, jthrowable *thrown)
{
    if (*thrown == NULL) {
        *thrown = FAILURE("bb_early_call");
    }
    jobject value = __real_bb_early_call(env, class, object, name, signature, arguments, thrown);
    bb_fault_balance_add(BB_LOCAL_REFS, value != NULL);
    return value;
}

jobject __real_bb_early_new(JNIEnv *env, jclass class, const char *signature, const jvalue *arguments,
                            jthrowable *thrown);
jobject __wrap_bb_early_new(JNIEnv *env, jclass class, const char *signature, const jvalue *arguments,
                            jthrowable *thrown);

jobject __wrap_bb_early_new(JNIEnv *env, jclass class, const char *signature, const jvalue *arguments,
                            jthrowable *thrown)
{
    if (*thrown == NULL) {
        *thrown = FAILURE("bb_early_new");
    }
    jobject made = __real_bb_early_new(env, class, signature, arguments, thrown);
    bb_fault_balance_add(BB_LOCAL_REFS, made != NULL);
    return made;
}

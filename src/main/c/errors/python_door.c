/*
 * The door into Python.
 *
 * Owns nothing between calls. Threads: any; calls nest.
 */
#include "base/bb.h"

#include "errors/python_door.h"

#include "errors/python_errors.h"
#include "runtimes/entry.h"
#include "runtimes/java_door.h"
#include "runtimes/python_work.h"
#include "runtimes/stack.h"

/* Takes an operation's result. Afterwards no exception is pending in Python, and none is thrown yet. */
static bb_outcome completed(JNIEnv *env, bb_outcome outcome)
{
    if (PyErr_Occurred() == NULL) {
        return outcome;
    }
    if (outcome.thrown != NULL) {
        (*env)->DeleteLocalRef(env, outcome.thrown);
    }
    return (bb_outcome){.thrown = bb_take_as_java(env)};
}

enum bb_admission bb_in_python_if_possible(JNIEnv *env, bb_operation operation, const bb_operands *operands,
                                           jvalue *value)
{
    if (bb_stack_is_short()) {
        return BB_STACK_IS_SHORT;
    }
    BB_ENTRY entry;
    entry.gil.how = BB_OUTSIDE;
    if (!bb_python_enter(&entry)) {
        return BB_PYTHON_HAS_ENDED;
    }
    bb_do_python_work();
    bb_outcome outcome = completed(env, operation(env, operands));
    bb_python_leave(&entry);
    if (value != NULL) {
        *value = outcome.value;
    }
    if (outcome.thrown != NULL) {
        (*env)->Throw(env, outcome.thrown);
        (*env)->DeleteLocalRef(env, outcome.thrown);
    }
    return BB_DONE;
}

jvalue bb_in_python(JNIEnv *env, bb_operation operation, const bb_operands *operands)
{
    jvalue value = {.j = 0};
    switch (bb_in_python_if_possible(env, operation, operands, &value)) {
    case BB_DONE:
        break;
    case BB_PYTHON_HAS_ENDED:
        bb_throw_ended(env);
        break;
    case BB_STACK_IS_SHORT:
        bb_throw_stack_overflow(env);
        break;
    }
    return value;
}

/* With a GIL. That of a subinterpreter is not enough: the main interpreter has the object. */
static void give_back_here(bb_deferred *entry, bb_deferred_action action, void *data)
{
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0) {
        action(NULL, data);
    } else {
        bb_defer_to_python(entry, action, data);
    }
}

void bb_give_back_in_python(bb_deferred *entry, bb_deferred_action action, void *data)
{
    if (bb_gil_is_held()) {
        give_back_here(entry, action, data);
        return;
    }
    if (bb_stack_is_short()) {
        bb_defer_to_python(entry, action, data);
        return;
    }
    BB_ENTRY way;
    way.gil.how = BB_OUTSIDE;
    if (bb_python_enter(&way)) {
        give_back_here(entry, action, data);
        bb_python_leave(&way);
    }
}

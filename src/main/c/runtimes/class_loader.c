/*
 * Where the library's own Java classes come from: the JVM's class path, or a class loader made here.
 *
 * A JVM that was started for this library has the jar on its class path. A foreign JVM does not, so a class loader is
 * made here. A JVM of this library may have come up without its class path: the JVM had refused an earlier creation.
 * Its class path is completed here.
 *
 * Owns: that loader, permanently. It is written once, before any other thread can reach the JVM through this library.
 *
 * This file runs before the library's Java classes are there. So it reports Java exceptions with their own text and
 * not as a JavaError. Threads: the one that joins the JVM, with the GIL.
 */
#include "base/bb.h"

#include "runtimes/class_loader.h"

#include <string.h>

#include "base/pending.h"
#include "base/text.h"
#include "base/thrown.h"
#include "runtimes/java_door.h"

enum { LONGEST_NAME = 128 };

static jobject loader;       /* global reference; NULL: the JVM's class path */
static bb_method load_class; /* (String): Class */

/* Takes `thrown`, which may be NULL, and raises RuntimeError with its text. */
static int raise_thrown(JNIEnv *env, jthrowable thrown, const char *what)
{
    jthrowable failed = NULL;
    jclass class = thrown == NULL ? NULL : (*env)->GetObjectClass(env, thrown);
    jstring string =
        class == NULL ? NULL : bb_early_call(env, class, thrown, "toString", "()Ljava/lang/String;", NULL, &failed);
    PyObject *text = string == NULL ? NULL : bb_string_to_python(env, string);
    bb_pending_survive(NULL); /* the message then lacks the text */
    PyErr_Format(PyExc_RuntimeError, "%s: %V", what, text, "the JVM gave no reason");
    Py_XDECREF(text);
    (*env)->DeleteLocalRef(env, failed);
    (*env)->DeleteLocalRef(env, string);
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, thrown);
    return -1;
}

/* Local reference to a java.net.URL. NULL with `*thrown` set, or with a Python exception set. */
static jobject new_url(JNIEnv *env, PyObject *text, jthrowable *thrown)
{
    jstring string = *thrown == NULL ? bb_string_to_java(env, text) : NULL;
    if (string == NULL) {
        return NULL;
    }
    jclass class = bb_early_class(env, "java/net/URI", thrown);
    jobject uri = bb_early_call(env, class, NULL, "create", "(Ljava/lang/String;)Ljava/net/URI;",
                                BB_ARGUMENTS({.l = string}), thrown);
    jobject url = bb_early_call(env, class, uri, "toURL", "()Ljava/net/URL;", NULL, thrown);
    (*env)->DeleteLocalRef(env, uri);
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, string);
    return url;
}

/* Local reference to a URL[], or NULL likewise. */
static jobjectArray new_urls(JNIEnv *env, PyObject *texts, jthrowable *thrown)
{
    jsize count = (jsize)PyTuple_Size(texts);
    jclass class = bb_early_class(env, "java/net/URL", thrown);
    jobjectArray urls = class == NULL ? NULL : (*env)->NewObjectArray(env, count, class, NULL);
    if (class != NULL && urls == NULL) {
        *thrown = bb_thrown(env);
    }
    (*env)->DeleteLocalRef(env, class);
    for (jsize i = 0; urls != NULL && i < count; i++) {
        jobject url = new_url(env, PyTuple_GetItem(texts, i), thrown);
        if (url == NULL) {
            (*env)->DeleteLocalRef(env, urls);
            return NULL;
        }
        (*env)->SetObjectArrayElement(env, urls, i, url);
        (*env)->DeleteLocalRef(env, url);
    }
    return urls;
}

/*
 * The context class loader of the thread, otherwise the system class loader. A local reference, or NULL, perhaps with
 * `*thrown` set.
 */
static jobject parent_loader(JNIEnv *env, jthrowable *thrown)
{
    const char *returns_loader = "()Ljava/lang/ClassLoader;";
    jclass threads = bb_early_class(env, "java/lang/Thread", thrown);
    jobject thread = bb_early_call(env, threads, NULL, "currentThread", "()Ljava/lang/Thread;", NULL, thrown);
    jobject found = bb_early_call(env, threads, thread, "getContextClassLoader", returns_loader, NULL, thrown);
    (*env)->DeleteLocalRef(env, thread);
    (*env)->DeleteLocalRef(env, threads);
    if (found == NULL) {
        jclass loaders = bb_early_class(env, "java/lang/ClassLoader", thrown);
        found = bb_early_call(env, loaders, NULL, "getSystemClassLoader", returns_loader, NULL, thrown);
        (*env)->DeleteLocalRef(env, loaders);
    }
    return found;
}

/* Local reference, or NULL likewise. */
static jobject new_loader(JNIEnv *env, jobjectArray urls, jthrowable *thrown)
{
    jobject parent = parent_loader(env, thrown);
    jclass class = bb_early_class(env, "java/net/URLClassLoader", thrown);
    jobject made = bb_early_new(env, class, "([Ljava/net/URL;Ljava/lang/ClassLoader;)V",
                                BB_ARGUMENTS({.l = urls}, {.l = parent}), thrown);
    if (made != NULL &&
        !bb_find_method(env, &load_class, class, false, "loadClass", "(Ljava/lang/String;)Ljava/lang/Class;")) {
        *thrown = bb_thrown(env);
    }
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, parent);
    return made;
}

int bb_class_loader_make(JNIEnv *env, PyObject *urls)
{
    if (loader != NULL) {
        return 0; /* an earlier joining made it and failed later */
    }
    jthrowable thrown = NULL;
    jobjectArray entries = new_urls(env, urls, &thrown);
    jobject made = entries == NULL ? NULL : new_loader(env, entries, &thrown);
    loader = thrown != NULL || made == NULL ? NULL : (*env)->NewGlobalRef(env, made);
    (*env)->DeleteLocalRef(env, made);
    (*env)->DeleteLocalRef(env, entries);
    if (loader != NULL) {
        return 0;
    }
    return PyErr_Occurred() ? -1 : raise_thrown(env, thrown, "the JVM made no class loader for bufferbridge");
}

int bb_class_loader_tell(JNIEnv *env)
{
    if (loader == NULL) {
        return 0;
    }
    jclass class = bb_find_class(env, "org/bufferbridge/internal/classes/ClassSearch");
    jthrowable thrown = bb_thrown(env);
    bb_early_call(env, class, NULL, "add", "(Ljava/lang/ClassLoader;)V", BB_ARGUMENTS({.l = loader}), &thrown);
    (*env)->DeleteLocalRef(env, class);
    return thrown == NULL ? 0
                          : raise_thrown(env, thrown, "the Java half of bufferbridge did not accept its class loader");
}

/* --------------------------------------------------------------------------- class path -- */

/* Sets the property java.class.path. The caller checks `*thrown` and the Python exception. */
static void tell_class_path(JNIEnv *env, PyObject *entries, jthrowable *thrown)
{
    PyObject *separator = PyUnicode_FromString(":");
    PyObject *joined = separator == NULL ? NULL : PyUnicode_Join(separator, entries);
    jstring value = joined == NULL ? NULL : bb_string_to_java(env, joined);
    jstring key = value == NULL ? NULL : (*env)->NewStringUTF(env, "java.class.path");
    if (value != NULL) {
        *thrown = bb_thrown(env);
        jclass class = bb_early_class(env, "java/lang/System", thrown);
        jobject previous = bb_early_call(env, class, NULL, "setProperty",
                                         "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;",
                                         BB_ARGUMENTS({.l = key}, {.l = value}), thrown);
        (*env)->DeleteLocalRef(env, previous);
        (*env)->DeleteLocalRef(env, class);
    }
    (*env)->DeleteLocalRef(env, key);
    (*env)->DeleteLocalRef(env, value);
    Py_XDECREF(joined);
    Py_XDECREF(separator);
}

/* Uses the method that java.lang.instrument uses. The caller checks the same two. */
static void append_entries(JNIEnv *env, PyObject *entries, jthrowable *thrown)
{
    jclass loaders = bb_early_class(env, "java/lang/ClassLoader", thrown);
    jobject system =
        bb_early_call(env, loaders, NULL, "getSystemClassLoader", "()Ljava/lang/ClassLoader;", NULL, thrown);
    jclass class = system == NULL ? NULL : (*env)->GetObjectClass(env, system);
    for (Py_ssize_t i = 0; *thrown == NULL && i < PyTuple_Size(entries); i++) {
        jstring entry = bb_string_to_java(env, PyTuple_GetItem(entries, i));
        if (entry == NULL) {
            break;
        }
        bb_early_call(env, class, system, "appendToClassPathForInstrumentation", "(Ljava/lang/String;)V",
                      BB_ARGUMENTS({.l = entry}), thrown);
        (*env)->DeleteLocalRef(env, entry);
    }
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, system);
    (*env)->DeleteLocalRef(env, loaders);
}

int bb_class_path_append(JNIEnv *env, PyObject *entries)
{
    static bool is_complete; /* guarded by the start lock */
    if (is_complete) {
        return 0; /* an earlier joining completed it and failed later */
    }
    jthrowable thrown = NULL;
    append_entries(env, entries, &thrown);
    if (thrown == NULL && !PyErr_Occurred()) {
        tell_class_path(env, entries, &thrown);
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    is_complete = thrown == NULL;
    return is_complete ? 0 : raise_thrown(env, thrown, "the JVM's class path could not be completed");
}

/* ------------------------------------------------------------------------------- classes -- */

/* A class loader is user code: the parent of this one is the context class loader. */
jclass bb_find_class(JNIEnv *env, const char *name)
{
    if (loader == NULL) {
        return (*env)->FindClass(env, name);
    }
    char dotted[LONGEST_NAME];
    PyOS_snprintf(dotted, sizeof dotted, "%s", name);
    for (char *slash = strchr(dotted, '/'); slash != NULL; slash = strchr(slash, '/')) {
        *slash = '.';
    }
    jstring string = (*env)->NewStringUTF(env, dotted);
    if (string == NULL) {
        return NULL;
    }
    bb_outcome class = bb_call_java(env, &load_class, loader, BB_ARGUMENTS({.l = string}));
    (*env)->DeleteLocalRef(env, string);
    if (class.thrown != NULL) {
        (*env)->Throw(env, class.thrown); /* as FindClass does */
        (*env)->DeleteLocalRef(env, class.thrown);
    }
    return class.value.l;
}

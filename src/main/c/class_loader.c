/*
 * Where the library's own Java classes come from: the JVM's class path, which has the jar if the JVM was started
 * for it, or else, in a JVM that somebody else started, a class loader made here. A JVM of ours that came up without
 * its class path, because an earlier creation was refused, has it completed here.
 *
 * Owns: that loader, for good. Written once, before any other thread can get at the JVM through this library.
 *
 * Runs before the library's Java classes are there, so what is thrown is told in its own words and not as a
 * JavaError.
 */
#include "class_loader.h"

#include <stdbool.h>
#include <string.h>

#include "errors.h"
#include "runtime.h"
#include "text.h"

enum { LONGEST_NAME = 128 };

static jobject loader;       /* global reference; NULL: the JVM's class path */
static jmethodID load_class; /* (String): Class */

/* What a call into Java has returned; NULL, with the exception left pending, if it has thrown. */
static jobject unless_thrown(JNIEnv *env, jobject returned)
{
    return (*env)->ExceptionCheck(env) ? NULL : returned;
}

/* Takes the pending exception off the thread and raises RuntimeError with its text. */
static int raise_thrown(JNIEnv *env, const char *what)
{
    jthrowable thrown = bb_thrown(env);
    jclass class = thrown == NULL ? NULL : (*env)->GetObjectClass(env, thrown);
    jmethodID to_string = class == NULL ? NULL : (*env)->GetMethodID(env, class, "toString", "()Ljava/lang/String;");
    jstring string = to_string == NULL ? NULL : unless_thrown(env, (*env)->CallObjectMethod(env, thrown, to_string));
    bb_discard_thrown(env);
    PyObject *text = string == NULL ? NULL : bb_string_to_python(env, string);
    PyErr_Clear();
    PyErr_Format(PyExc_RuntimeError, "%s: %V", what, text, "the JVM gave no reason");
    Py_XDECREF(text);
    (*env)->DeleteLocalRef(env, string);
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, thrown);
    return -1;
}

/* Local reference to a java.net.URL, or NULL with an exception pending in Java or set in Python. */
static jobject new_url(JNIEnv *env, PyObject *text)
{
    jstring string = bb_string_to_java(env, text);
    if (string == NULL) {
        return NULL;
    }
    jobject uri = NULL;
    jobject url = NULL;
    jclass class = (*env)->FindClass(env, "java/net/URI");
    jmethodID create =
        class == NULL ? NULL : (*env)->GetStaticMethodID(env, class, "create", "(Ljava/lang/String;)Ljava/net/URI;");
    jmethodID to_url = create == NULL ? NULL : (*env)->GetMethodID(env, class, "toURL", "()Ljava/net/URL;");
    if (to_url != NULL) {
        uri = unless_thrown(env, (*env)->CallStaticObjectMethod(env, class, create, string));
    }
    if (uri != NULL) {
        url = unless_thrown(env, (*env)->CallObjectMethod(env, uri, to_url));
    }
    (*env)->DeleteLocalRef(env, uri);
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, string);
    return url;
}

/* Local reference to a URL[], or NULL as above. */
static jobjectArray new_urls(JNIEnv *env, PyObject *texts)
{
    jsize count = (jsize)PyTuple_Size(texts);
    jclass class = (*env)->FindClass(env, "java/net/URL");
    jobjectArray urls = class == NULL ? NULL : (*env)->NewObjectArray(env, count, class, NULL);
    (*env)->DeleteLocalRef(env, class);
    for (jsize i = 0; urls != NULL && i < count; i++) {
        jobject url = new_url(env, PyTuple_GetItem(texts, i));
        if (url == NULL) {
            (*env)->DeleteLocalRef(env, urls);
            return NULL;
        }
        (*env)->SetObjectArrayElement(env, urls, i, url);
        (*env)->DeleteLocalRef(env, url);
    }
    return urls;
}

/* Local reference; NULL, with nothing pending, for the bootstrap loader. */
static jobject call_for_loader(JNIEnv *env, jclass class, const char *name, jobject of)
{
    const char *signature = "()Ljava/lang/ClassLoader;";
    jmethodID method = of == NULL ? (*env)->GetStaticMethodID(env, class, name, signature)
                                  : (*env)->GetMethodID(env, class, name, signature);
    if (method == NULL) {
        return NULL;
    }
    return unless_thrown(env, of == NULL ? (*env)->CallStaticObjectMethod(env, class, method)
                                         : (*env)->CallObjectMethod(env, of, method));
}

/* The class loader of the code around: local reference, or NULL, perhaps with an exception pending. */
static jobject context_loader(JNIEnv *env)
{
    jobject found = NULL;
    jobject thread = NULL;
    jclass class = (*env)->FindClass(env, "java/lang/Thread");
    jmethodID current =
        class == NULL ? NULL : (*env)->GetStaticMethodID(env, class, "currentThread", "()Ljava/lang/Thread;");
    if (current != NULL) {
        thread = unless_thrown(env, (*env)->CallStaticObjectMethod(env, class, current));
    }
    if (thread != NULL) {
        found = call_for_loader(env, class, "getContextClassLoader", thread);
    }
    (*env)->DeleteLocalRef(env, thread);
    (*env)->DeleteLocalRef(env, class);
    return found;
}

static jobject parent_loader(JNIEnv *env)
{
    jobject found = context_loader(env);
    if (found != NULL || (*env)->ExceptionCheck(env)) {
        return found;
    }
    jclass class = (*env)->FindClass(env, "java/lang/ClassLoader");
    found = class == NULL ? NULL : call_for_loader(env, class, "getSystemClassLoader", NULL);
    (*env)->DeleteLocalRef(env, class);
    return found;
}

/* Local reference, or NULL as above. */
static jobject new_loader(JNIEnv *env, jobjectArray urls)
{
    jobject made = NULL;
    jobject parent = parent_loader(env);
    jclass class = (*env)->ExceptionCheck(env) ? NULL : (*env)->FindClass(env, "java/net/URLClassLoader");
    jmethodID construct = NULL;
    if (class != NULL) {
        construct = (*env)->GetMethodID(env, class, "<init>", "([Ljava/net/URL;Ljava/lang/ClassLoader;)V");
        load_class = construct == NULL ? NULL
                                       : (*env)->GetMethodID(env, class, "loadClass",
                                                             "(Ljava/lang/String;)Ljava/lang/Class;");
    }
    if (construct != NULL && load_class != NULL) {
        made = unless_thrown(env, (*env)->NewObject(env, class, construct, urls, parent));
    }
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, parent);
    return made;
}

int bb_class_loader_make(JNIEnv *env, PyObject *urls)
{
    if (loader != NULL) {
        return 0; /* of a joining that failed later on */
    }
    jobjectArray entries = new_urls(env, urls);
    jobject made = entries == NULL ? NULL : new_loader(env, entries);
    loader = made == NULL ? NULL : (*env)->NewGlobalRef(env, made);
    (*env)->DeleteLocalRef(env, made);
    (*env)->DeleteLocalRef(env, entries);
    if (loader != NULL) {
        return 0;
    }
    return PyErr_Occurred() ? -1 : raise_thrown(env, "the JVM made no class loader for bufferbridge");
}

int bb_class_loader_tell(JNIEnv *env)
{
    if (loader == NULL) {
        return 0;
    }
    jclass class = bb_find_class(env, "org/bufferbridge/calls/ClassSearch");
    jmethodID add = class == NULL ? NULL : (*env)->GetStaticMethodID(env, class, "add", "(Ljava/lang/ClassLoader;)V");
    if (add != NULL) {
        (*env)->CallStaticVoidMethod(env, class, add, loader);
    }
    (*env)->DeleteLocalRef(env, class);
    return (*env)->ExceptionCheck(env) ? raise_thrown(env, "bufferbridge cannot be told its class loader") : 0;
}

/* --------------------------------------------------------------------------- class path -- */

/* Sets the property java.class.path. False with an exception pending or set. */
static bool tell_class_path(JNIEnv *env, PyObject *entries)
{
    PyObject *separator = PyUnicode_FromString(":");
    PyObject *joined = separator == NULL ? NULL : PyUnicode_Join(separator, entries);
    jstring value = joined == NULL ? NULL : bb_string_to_java(env, joined);
    jstring key = value == NULL ? NULL : (*env)->NewStringUTF(env, "java.class.path");
    jclass class = key == NULL ? NULL : (*env)->FindClass(env, "java/lang/System");
    const char *signature = "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/String;";
    jmethodID set = class == NULL ? NULL : (*env)->GetStaticMethodID(env, class, "setProperty", signature);
    if (set != NULL) {
        (*env)->DeleteLocalRef(env, (*env)->CallStaticObjectMethod(env, class, set, key, value));
    }
    bool done = set != NULL && !(*env)->ExceptionCheck(env);
    (*env)->DeleteLocalRef(env, class);
    (*env)->DeleteLocalRef(env, key);
    (*env)->DeleteLocalRef(env, value);
    Py_XDECREF(joined);
    Py_XDECREF(separator);
    return done;
}

/* By the method that java.lang.instrument uses. False with an exception pending or set. */
static bool append_entries(JNIEnv *env, jobject system, PyObject *entries)
{
    jclass class = (*env)->GetObjectClass(env, system);
    jmethodID append =
        (*env)->GetMethodID(env, class, "appendToClassPathForInstrumentation", "(Ljava/lang/String;)V");
    (*env)->DeleteLocalRef(env, class);
    bool done = append != NULL;
    for (Py_ssize_t i = 0; done && i < PyTuple_Size(entries); i++) {
        jstring entry = bb_string_to_java(env, PyTuple_GetItem(entries, i));
        if (entry != NULL) {
            (*env)->CallVoidMethod(env, system, append, entry);
        }
        done = entry != NULL && !(*env)->ExceptionCheck(env);
        (*env)->DeleteLocalRef(env, entry);
    }
    return done;
}

int bb_class_path_append(JNIEnv *env, PyObject *entries)
{
    static bool is_complete; /* guarded by the start lock */
    if (is_complete) {
        return 0; /* of a joining that failed later on */
    }
    jclass class = (*env)->FindClass(env, "java/lang/ClassLoader");
    jobject system = class == NULL ? NULL : call_for_loader(env, class, "getSystemClassLoader", NULL);
    is_complete = system != NULL && append_entries(env, system, entries) && tell_class_path(env, entries);
    (*env)->DeleteLocalRef(env, system);
    (*env)->DeleteLocalRef(env, class);
    if (is_complete) {
        return 0;
    }
    return PyErr_Occurred() ? -1 : raise_thrown(env, "the JVM's class path could not be completed");
}

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
    jclass class = string == NULL ? NULL : unless_thrown(env, (*env)->CallObjectMethod(env, loader, load_class, string));
    (*env)->DeleteLocalRef(env, string);
    return class;
}

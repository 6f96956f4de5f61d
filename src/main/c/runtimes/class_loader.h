/* Where the library's own Java classes come from. */
#ifndef BB_CLASS_LOADER_H
#define BB_CLASS_LOADER_H

#include "base/bb.h"

/*
 * From now on bb_find_class() asks a new URLClassLoader over `urls`, a tuple of str. Its parent is the calling
 * thread's context class loader, or else the system's: classes that the JVM has already are taken from there. 0,
 * or -1 with RuntimeError set. Needs the GIL; called before any class is looked for.
 */
int bb_class_loader_make(JNIEnv *env, PyObject *urls);

/* Tells Java's half that loader, if there is one: ClassSearch.add. 0, or -1 with RuntimeError set. Needs the GIL. */
int bb_class_loader_tell(JNIEnv *env);

/*
 * Appends `entries`, a tuple of str with the paths of jars and folders, to the class path of the system class loader,
 * and writes them to the property java.class.path. For a JVM that came up without the class path it was given. 0, or
 * -1 with RuntimeError set.
 */
int bb_class_path_append(JNIEnv *env, PyObject *entries);

/* As JNI's FindClass, which on a thread of Python's knows the JVM's class path only. */
jclass bb_find_class(JNIEnv *env, const char *name);

#endif

/* Where the library's own Java classes come from. */
#ifndef BB_CLASS_LOADER_H
#define BB_CLASS_LOADER_H

#include "base/bb.h"

/*
 * From now on bb_find_class() asks a new URLClassLoader over `urls`, a tuple of str. Its parent is the calling
 * thread's context class loader, or the system class loader if there is none. Classes that the JVM already has come
 * from the parent. 0, or -1 with RuntimeError set. Needs the GIL. Call it before any class is looked up.
 */
int bb_class_loader_make(JNIEnv *env, PyObject *urls);

/*
 * Passes that loader, if there is one, to the Java half: ClassSearch.add. 0, or -1 with RuntimeError set. Needs the
 * GIL.
 */
int bb_class_loader_tell(JNIEnv *env);

/*
 * Appends `entries` to the class path of the system class loader and to the property java.class.path. `entries` is a
 * tuple of str, the paths of jars and folders. For a JVM that came up without the class path it was given. 0, or -1
 * with RuntimeError set.
 */
int bb_class_path_append(JNIEnv *env, PyObject *entries);

/* Like JNI's FindClass, which on a Python thread knows only the JVM's class path. Also asks the loader made above. */
jclass bb_find_class(JNIEnv *env, const char *name);

#endif

/* The table of classes by JavaType id. */
#ifndef BB_CLASS_TABLE_H
#define BB_CLASS_TABLE_H

#include "base/bb.h"

#include "base/java_objects.h"

/* The class of an id. Where there is no GIL, a class that may be unloaded is in `passing`, and `lasting` is NULL. */
typedef struct bb_class_entry {
    _Atomic(bb_java_class *) lasting;
#ifdef Py_GIL_DISABLED
    PyObject *passing; /* a weak reference, owned, or NULL; guarded by the table's lock */
#endif
} bb_class_entry;

/* The entry for an id. NULL with an exception set: there are too many classes, or memory ran out. */
bb_class_entry *bb_class_table_entry(int id);

/* The class of an entry: new reference, or NULL with no exception. */
bb_java_class *bb_class_table_get(bb_class_entry *entry);

/*
 * Takes a class that was just made. New reference to the class that is on the table. A BB_EXPORTS_NOTHING_YET is not
 * entered, and is returned itself.
 */
bb_java_class *bb_class_table_enter(bb_class_entry *entry, bb_java_class *fresh);

/* Takes a class that dies off the table. The class may not be on the table. */
void bb_class_table_remove(bb_java_class *class);

/*
 * Module function, for gc.callbacks. When Python collects all garbage, lets go of the classes that were kept only
 * because they were used last.
 */
PyObject *bb_forget_classes(PyObject *module, PyObject *arguments);

#endif

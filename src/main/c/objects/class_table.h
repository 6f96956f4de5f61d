/* The table of classes by JavaType id. */
#ifndef BB_CLASS_TABLE_H
#define BB_CLASS_TABLE_H

#include "base/bb.h"

#include "base/java_objects.h"

typedef _Atomic(bb_java_class *) bb_class_entry;

/* The entry for an id. NULL with an exception set: too many classes, or no memory. */
bb_class_entry *bb_class_table_entry(int id);

/* The class of an entry: new reference, or NULL with no exception. */
bb_java_class *bb_class_table_get(bb_class_entry *entry);

/* Takes a class that was just made. New reference to the one that is on the table, or belongs to none yet. */
bb_java_class *bb_class_table_enter(bb_class_entry *entry, bb_java_class *fresh);

/* For a class that dies; it may not be on the table. */
void bb_class_table_remove(bb_java_class *class);

/*
 * Module function, for gc.callbacks: when Python collects everything, lets go of the classes that were kept only because
 * they were used last.
 */
PyObject *bb_forget_classes(PyObject *module, PyObject *arguments);

#endif

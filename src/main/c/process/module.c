/*
 * The extension module bufferbridge._native.
 *
 * One library has two roles: this module, and the JNI library of the same process. Its state belongs to the process,
 * because a process has one JVM. So the module is initialised in the main interpreter only.
 *
 * Owns: the module's definition. Threads: the one that imports the module, with the GIL.
 */
#include "base/bb.h"

#include "api/c_api.h"
#include "bufferbridge.h"
#include "objects/array_items.h"
#include "objects/items.h"
#include "objects/java_buffer.h"
#include "objects/java_class.h"
#include "objects/java_member.h"
#include "objects/java_method.h"
#include "objects/java_object.h"
#include "objects/new_memory.h"
#include "objects/pickling.h"
#include "objects/throwable_class.h"
#include "process/end.h"
#include "process/forwarded_signals.h"
#include "process/jvm_join.h"
#include "process/jvm_start.h"
#include "process/out_list.h"
#include "process/signals.h"
#include "protocols/addresses.h"
#include "protocols/arrow_capsules.h"
#include "protocols/arrow_import.h"
#include "protocols/dlpack_import.h"
#include "protocols/lent_memory.h"
#include "runtimes/gate.h"
#include "runtimes/reach.h"
#include "values/buffer_items.h"
#include "values/class_table.h"

static PyObject *is_running(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(bb_java_is_running());
}

static PyMethodDef functions[] = {
    {"create_jvm", bb_create_jvm, METH_VARARGS,
     "create_jvm(libjvm, options, class_path, /): starts the process's JVM from that library. Returns what it "
     "printed."},
    {"is_unjoined", bb_is_unjoined, METH_NOARGS,
     "is_unjoined(): whether create_jvm() has created a JVM that it could not join."},
    {"was_refused", bb_was_refused, METH_NOARGS,
     "was_refused(): whether the JVM has refused a creation in this process."},
    {"try_jvm", bb_try_jvm, METH_VARARGS,
     "try_jvm(libjvm, options, /): whether a JVM starts with them. It may end the process."},
    {"is_running", is_running, METH_NOARGS,
     "is_running(): whether this process has a JVM that was started or adopted and has not ended."},
    {"adopt_jvm", bb_adopt_jvm, METH_O,
     "adopt_jvm(urls, /): joins a JVM that other code started. The Java half is searched in that JVM, then at the "
     "URLs."},
    {"has_foreign_jvm", bb_has_foreign_jvm, METH_NOARGS,
     "has_foreign_jvm(): whether this process has a JVM that was neither started nor adopted."},
    {"refuse_gone", bb_refuse_gone, METH_NOARGS,
     "refuse_gone(): raises RuntimeError if the JVM cannot be reached any more: in a forked child, or after its end."},
    {"leave_jvm", bb_leave_jvm, METH_NOARGS,
     "leave_jvm(): from now on nothing enters the JVM that other code started, not even releases."},
    {"forget_classes", bb_forget_classes, METH_VARARGS,
     "forget_classes(phase, info, /): for gc.callbacks; lets go of classes that only their last use keeps."},
    {"jclass", bb_jclass, METH_O,
     "jclass($module, name, /)\n--\n\n"
     "The Java class of that name, such as \"java.util.Map.Entry\", \"a.b.Outer$Inner\" or \"int[]\".\n\n"
     "Raises LookupError if the class path has no such class, and TypeError for what is neither a name nor a\n"
     "java.lang.Class."},
    {"internal_class", bb_internal_class, METH_O,
     "internal_class(name, /): the Java class of that name that is made for this package alone."},
    {"fetch", bb_fetch, METH_VARARGS,
     "fetch(source, capacity, /): a list of the next items of an iterator; empty at its end."},
    {"array_length", bb_array_length, METH_O, "array_length(array, /): the number of items of an array of primitives."},
    {"array_item", bb_array_item, METH_VARARGS,
     "array_item(array, index, /): an item of an array of primitives; an index below 0 counts from the end."},
    {"array_bytes", bb_array_bytes, METH_VARARGS,
     "array_bytes(array, start, /): the bytes of the next 1,024 items of an array of primitives, or of those left."},
    {"set_item", bb_set_array_item, METH_VARARGS, "set_item(array, index, value, /): sets an item of a Java array."},
    {"class_above", bb_class_above, METH_O,
     "class_above(object, /): the class of an object; the superclass of a class, or None."},
    {"is_throwable", bb_is_throwable, METH_O, "is_throwable(java_class, /): whether its objects can be thrown."},
    {"error_class", bb_error_class, METH_VARARGS,
     "error_class(java_class, made=None, /): its class of exceptions. If there is none yet, `made`."},
    {"items", bb_buffer_items, METH_VARARGS, "items(buffer, slice, /): a list of the items of a slice."},
    {"empty", bb_empty, METH_VARARGS, "empty(shape, format, /): new zeroed memory outside the Java heap."},
    {"copy", bb_copy, METH_O, "copy(object, /): a snapshot outside the Java heap."},
    {"lend_by_dlpack", bb_lend_by_dlpack, METH_VARARGS,
     "lend_by_dlpack(object, table, kept, /): its memory as a buffer, from the C exchange table or __dlpack__()."},
    {"lend_by_arrow", bb_lend_by_arrow, METH_O,
     "lend_by_arrow(object, /): its memory as a buffer, from __arrow_c_array__() or __arrow_c_stream__()."},
    {"new_arrow_capsule", bb_new_arrow_capsule, METH_O,
     "new_arrow_capsule(name, /): a capsule with an empty structure of Arrow, and the structure's address."},
    {"arrow_address", bb_arrow_address, METH_VARARGS,
     "arrow_address(capsule, name, /): the address of the structure in a capsule of that name."},
    {"lend_at", bb_lend_at, METH_VARARGS,
     "lend_at(address, format, itemsize, shape, strides, readonly, kept, /): memory at an address as a buffer."},
    {"keep_address", bb_keep_address, METH_O,
     "keep_address(buffer, /): (address, format, itemsize, shape, strides or None, readonly) of memory that stays in\n"
     "place until the JavaBuffer dies or is released."},
    {"exports", bb_exports, METH_NOARGS,
     "exports(): a list of (JavaBuffer, request flags or None, bytes, False, since in nanoseconds or None, thread\n"
     "or None, Acquisition or None), one per export that is out."},
    {"leases", bb_leases, METH_NOARGS,
     "leases(): the same for Python buffers that Java has: (object, request flags, bytes, retained, ...)."},
    {"class_name", bb_class_name, METH_O,
     "class_name(object, /): the name of the object's Java class, without a call into Java."},
    {"holdings", bb_holdings, METH_NOARGS,
     "holdings(): a list of (JavaBuffer, exports, bytes, address, since in nanoseconds, thread, Acquisition or\n"
     "None), one per JavaBuffer that holds known memory."},
    {"close_gate", bb_close_gate, METH_NOARGS,
     "close_gate(): from now on no Java thread enters Python; waits a moment for the threads inside. Returns how many\n"
     "are still inside."},
    {"close_java", bb_close_java, METH_NOARGS, "close_java(): from now on calls into Java are refused."},
    {"python_ends", bb_python_ends, METH_NOARGS,
     "python_ends(): Python begins to end the process. Returns False if Java has begun earlier."},
    {"run_java_hooks", bb_run_java_hooks, METH_NOARGS,
     "run_java_hooks(): runs Java's shutdown hooks for a moment. Returns whether they have finished."},
    {"wait_for_java", bb_wait_for_java, METH_NOARGS, "wait_for_java(): waits for Java to end the process."},
    {"disable_faulthandler", bb_disable_faulthandler, METH_O,
     "disable_faulthandler(disable, /): calls `disable`, and gives the fault signals back to the JVM at once."},
    {"give_back_fault_signals", bb_give_back_fault_signals, METH_NOARGS,
     "give_back_fault_signals(): gives SIGSEGV and its kin back to the JVM."},
    {"forward_signal", bb_forward_signal, METH_O,
     "forward_signal(number, /): Python's handler of that signal runs on this thread, whichever thread receives the "
     "signal."},
    {"jvm_has_fault_signals", bb_jvm_has_fault_signals, METH_NOARGS,
     "jvm_has_fault_signals(): whether the handler of SIGSEGV is the JVM's."},
    {NULL, NULL, 0, NULL},
};

/*
 * One that shares the GIL of the main interpreter gets here. CPython itself refuses one with a GIL of its own;
 * `_load.py` turns that into the same sentence.
 */
static int refuse_subinterpreter(void)
{
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0) {
        PyErr_SetString(PyExc_ImportError,
                        "bufferbridge works in the main interpreter only; a subinterpreter is given memory as a "
                        "memoryview: interpreter.prepare_main(view=memoryview(x))");
        return -1;
    }
    return 0;
}

/*
 * CPython's manual on isolating extension modules: "opt-out: limiting to one module object per process". A second
 * module would replace the types that the objects of the first are checked against.
 */
static int refuse_second_module(bool imported)
{
    if (imported) {
        PyErr_SetString(PyExc_ImportError, "bufferbridge._native was imported already, and a process can have it once; "
                                           "restart the interpreter instead of importing it again");
        return -1;
    }
    return 0;
}

static int execute(PyObject *module)
{
    static bool imported; /* guarded by the import lock of the module's name */
    if (refuse_subinterpreter() < 0 || refuse_second_module(imported) < 0 || bb_java_object_init(module) < 0 ||
        bb_java_buffer_init(module) < 0 || bb_lent_memory_init(module) < 0 || bb_dlpack_import_init() < 0 ||
        bb_java_member_init(module) < 0 || bb_java_class_init(module) < 0 || bb_java_method_init(module) < 0 ||
        bb_pickling_init(module) < 0 || bb_c_api_init(module) < 0 ||
        PyModule_AddIntConstant(module, "ABI_VERSION", BB_ABI_VERSION) < 0 ||
        PyModule_AddStringConstant(module, "__version__", BB_VERSION) < 0) {
        return -1;
    }
    imported = true;
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)execute},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED}, /* otherwise the import would switch the GIL on */
#endif
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "bufferbridge._native",
    .m_doc = "The native half of bufferbridge; use the package bufferbridge instead.",
    .m_size = 0,
    .m_methods = functions,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__native(void);

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}

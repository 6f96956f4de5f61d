"""Defects of leases: Python memory that Java has."""

from __future__ import annotations

from .mutant import (
    END_WHILE_COLLECTING,
    FORK,
    JAVA,
    KEPT_VIEWS,
    LEASE_THREADS,
    LEASES,
    LYING,
    PICKLING,
    PYTHON,
    SIGNALS,
    C,
    Mutant,
)

MUTANTS = [
    Mutant(
        "Python object not locked by a lease",
        f"{C}/leases/lease.c",
        "    lease->object = Py_NewRef(object);\n",
        "    lease->object = Py_NewRef(object);\n"
        "    Py_buffer kept = lease->view;\n    PyBuffer_Release(&lease->view);\n    lease->view = kept;\n"
        "    lease->view.obj = NULL;\n",
        LEASES,
    ),
    Mutant(
        "lease not given back",
        f"{C}/leases/lease.c",
        "    lease_give_back(lease);\n    Py_DECREF(lease->object);",
        "    Py_DECREF(lease->object);",
        LEASES,
    ),
    Mutant(
        "views of a lease usable after the call",
        f"{JAVA}/internal/lease/LeaseViews.java",
        "            arena.close();\n",
        "",
        LEASES,
    ),
    Mutant(
        "read-only Python memory written by Java",
        f"{JAVA}/internal/lease/Lease.java",
        "return isReadOnly(lease) ? view.asReadOnly() : view;",
        "return view;",
        LEASES,
    ),
    Mutant(
        "strides of a lease ignored",
        f"{JAVA}/internal/lease/Lease.java",
        "long[] strides = int64s(lease + STRIDES, dimensions);",
        "long[] strides = null;",
        LEASES,
    ),
    Mutant(
        "lease never closed by Java",
        f"{C}/leases/lease.c",
        "    bb_lease *lease = data;\n    lease_give_back(lease);\n",
        "    bb_lease *lease = data;\n",
        LEASES,
    ),
    Mutant(
        "Python object of a lease kept for ever",
        f"{C}/leases/lease.c",
        "    lease_give_back(lease);\n    Py_DECREF(lease->object);\n",
        "    lease_give_back(lease);\n",
        LEASES,
    ),
    Mutant(
        "retain ignored",
        f"{JAVA}/PythonBuffer.java",
        "                owned = new OwnedLease(this, memory, true);\n",
        "                new OwnedLease(this, memory, true);\n",
        LEASES,
    ),
    Mutant(
        "close ignored",
        f"{JAVA}/PythonBuffer.java",
        "        Natives.leaseRelease(memory.lease);\n",
        "",
        LEASES,
    ),
    Mutant(
        "closed twice, released twice",
        f"{JAVA}/PythonBuffer.java",
        "            if (found != State.CLOSING) {\n                return found == State.OPEN;",
        "            if (found != State.CLOSING) {\n                return true;",
        LEASES,
    ),
    Mutant(
        "use after close not refused",
        f"{JAVA}/PythonBuffer.java",
        "        if (state == State.CLOSED) {\n            lock.taken = 0;",
        "        if (memory == null) {\n            lock.taken = 0;",
        LEASES,
    ),
    Mutant(
        "shared views left open by close",
        f"{JAVA}/internal/lease/OwnAndSharedViews.java",
        "            shared.close();\n",
        "",
        LEASES,
    ),
    Mutant(
        "memory of a lease in an arena that never closes",
        f"{JAVA}/internal/lease/Lease.java",
        ".reinterpret(reach.end() - reach.lowest(), arena, null);",
        ".reinterpret(reach.end() - reach.lowest());",
        LEASES,
    ),
    Mutant(
        "closed memory that does not say retain()",
        f"{JAVA}/internal/element/MemoryAccess.java",
        "if (!memory.scope().isAlive()) {",
        "if (memory == null) {",
        LEASES,
    ),
    Mutant(
        "forgotten lease never released",
        f"{JAVA}/internal/lease/OwnedLease.java",
        "if (WATCHED.decrementAndGet(this) == 0 && !isOver) {",
        "if (WATCHED.decrementAndGet(this) < 0 && !isOver) {",
        LEASES,
    ),
    Mutant(
        "another thread given the view of the call",
        f"{JAVA}/internal/lease/CallLease.java",
        "            if (Thread.currentThread() != thread) {\n                throw new WrongThread",
        "            if (thread == null) {\n                throw new WrongThread",
        (LEASE_THREADS,),
    ),
    Mutant(
        "share ignored",
        f"{JAVA}/internal/lease/LeaseViews.java",
        "Reach.SHARED, null, Arena.ofShared());",
        "Reach.SHARED, null, Arena.ofConfined());",
        (LEASE_THREADS,),
    ),
    Mutant(
        "@Writable ignored",
        f"{JAVA}/internal/objects/CallLeases.java",
        "case WRITABLE -> BUFFERS.requireWritable(buffer);",
        "case WRITABLE -> { }",
        LEASES,
    ),
    Mutant(
        "@ReadOnly ignored",
        f"{JAVA}/internal/objects/CallLeases.java",
        "case READ_ONLY -> BUFFERS.onlyRead(buffer);",
        "case READ_ONLY -> { }",
        LEASES,
    ),
    Mutant(
        "@Writable of varargs ignored",
        f"{JAVA}/internal/values/ArrayParameter.java",
        "Parameter.of(type.getComponentType(), component, access);",
        "Parameter.of(type.getComponentType(), component);",
        LEASES,
    ),
    Mutant(
        "first buffer kept beside the writable one",
        f"{C}/leases/lease.c",
        "    lease_give_back(lease);\n    if (get_buffer(lease, lease->object, PyBUF_FULL) < 0) {",
        "    if (get_buffer(lease, lease->object, PyBUF_FULL) < 0) {",
        LEASES,
    ),
    Mutant(
        "offset of a reversed lease ignored",
        f"{JAVA}/internal/lease/Lease.java",
        "long byteOffset = -reach.lowest();",
        "long byteOffset = 0;",
        LEASES,
    ),
    Mutant(
        "len of a lease trusted",
        f"{JAVA}/internal/lease/Lease.java",
        "        requireLength(shape, itemSize, len);\n",
        "",
        (LYING,),
    ),
    Mutant(
        "an array parameter takes a copy of a buffer",
        f"{JAVA}/internal/values/ArrayParameter.java",
        "            case Slots.SEQUENCE -> array(",
        "            case Slots.BUFFER ->\n"
        "                    ((org.bufferbridge.PythonBuffer) BufferParameter.pythonBuffer(slot, refs))"
        ".view().toArray();\n"
        "            case Slots.SEQUENCE -> array(",
        LEASES,
    ),
    Mutant(
        "a copy in the place of a lease",
        f"{JAVA}/internal/objects/CallLeases.java",
        "        BufferView view = buffer.view();\n",
        "        BufferView view = buffer.view();\n"
        "        BufferView copy = BufferView.of(MemorySegment.ofArray(new byte[(int) view.byteSize()]), view.format(),"
        " view.shape());\n        copy.copyFrom(view);\n        view = copy;\n",
        LEASES,
    ),
    Mutant(
        "a PythonBuffer comes back as another object",
        f"{JAVA}/internal/values/Results.java",
        "Leases.LEASES.isBuffer(value) || Leases.LEASES.isObject(value)",
        "Leases.LEASES.isObject(value)",
        LEASES,
    ),
    Mutant(
        "ctypes structures read by formats that are silent about fields",
        f"{JAVA}/internal/lease/Lease.java",
        "        if (isUntrue) {\n",
        "        if (isUntrue && itemSize == 0) {\n",
        ("leases/test_ctypes_structures.py",),
    ),
    Mutant(
        "Java's own memory writable for a @ReadOnly parameter",
        f"{JAVA}/internal/values/BufferParameter.java",
        "return access == Leases.Use.READ_ONLY ? Leases.LEASES.readOnly(memory) : memory;",
        "return memory;",
        LEASES,
    ),
    Mutant(
        "memory that is held without an export not listed",
        f"{C}/process/out_list.c",
        "    const bb_outstanding row = {.owner = (PyObject *)holding->buffer,\n"
        "                                .bytes = holding->descriptor.len,\n"
        "                                .exports",
        "    if (exports == 0) {\n        return;\n    }\n"
        "    const bb_outstanding row = {.owner = (PyObject *)holding->buffer,\n"
        "                                .bytes = holding->descriptor.len,\n"
        "                                .exports",
        ("memory/test_holdings.py",),
    ),
    Mutant(
        "a closing arena forgotten when it is in use",
        f"{JAVA}/ExportArena.java",
        "            Retries.add(this::attemptToEnd);\n",
        "",
        ("adversaries/test_releases.py",),
    ),
    Mutant(
        "a lease given back at the call's end though Python has its memory",
        f"{JAVA}/internal/lease/LeasedMemory.java",
        "        return known == 0;\n",
        "        return true;\n",
        (KEPT_VIEWS,),
    ),
    Mutant(
        "a lease not given back when Python lets go of its memory",
        f"{JAVA}/internal/lease/LeasedMemory.java",
        "            Natives.forgetLease(lease, false);\n",
        "",
        (KEPT_VIEWS,),
    ),
    Mutant(
        "a Python object unlocked only by a pending call",
        f"{C}/exports/holding.c",
        "    bb_do_python_work_beside_exception();\n",
        "",
        (KEPT_VIEWS,),
    ),
    # Process life.
    Mutant(
        "releases of a forked child reach Java",
        f"{C}/runtimes/attachment.c",
        "    JNIEnv *env = bb_java_is_running() ? enter_jvm() : NULL;\n",
        "    JNIEnv *env = vm == NULL ? NULL : enter_jvm();\n",
        (FORK,),
    ),
    Mutant(
        "a forked child says that its JVM runs",
        f"{C}/runtimes/reach.h",
        "    return found == BB_OPEN || found == BB_PYTHON_ENDS;\n",
        "    return found != BB_NO_JVM;\n",
        (FORK,),
    ),
    Mutant(
        "the process exits while Java runs on",
        f"{C}/process/jvm_stop.c",
        "    if (!bb_java_is_running()) {\n",
        "    if (true) {\n",
        (END_WHILE_COLLECTING,),
    ),
    Mutant(
        "virtual threads that wait take all carriers",
        f"{C}/runtimes/entry.c",
        "    entry->waiting = bb_carrier != BB_NO_CARRIER && depth == 0 ? bb_carrier_begin() : NULL;\n",
        "    entry->waiting = NULL;\n",
        (LEASE_THREADS,),
    ),
    Mutant(
        "the JVM takes the signals that end a process",
        f"{C}/process/signals.c",
        ".sa_handler = SIG_IGN",
        ".sa_handler = SIG_DFL",
        (SIGNALS,),
    ),
    Mutant(
        "faulthandler takes the JVM's signals",
        f"{PYTHON}/_faulthandler.py",
        "    if not _has_signals():\n",
        "    if False:\n",
        (SIGNALS,),
    ),
    Mutant(
        "memory in Fortran order unpickled in C order",
        f"{PYTHON}/_pickle.py",
        "        in_fortran_order = view.f_contiguous and not view.c_contiguous\n",
        "        in_fortran_order = False\n",
        (PICKLING,),
    ),
]

"""The defects that mutants.py plants: what is wrong, where, and which tests have to notice.

Grouped as a consumer meets them. Each text that is replaced stands in its source exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass

C = "src/main/c"
JAVA = "src/main/java/org/bufferbridge"
PYTHON = "src/main/python/bufferbridge"

# Where the mutants are looked for, in python-tests.
REQUESTS = "exports/test_requests_against_oracle.py"
VALUES = "exports/test_values_against_oracle.py"
LIFETIME = "exports/test_lifetime.py"
KINDS = ("memory/test_memory_kinds.py", "memory/test_segments.py", "memory/test_known_memory.py")
ERRORS = "exports/test_exporter_errors.py"
BAD_INPUT = "calls/test_bad_input.py"
CONSUMERS = "exports/test_consumers.py"
GUARDED = "exports/test_guarded_exporters.py"
LEASES = (
    "leases/test_leases.py",
    "leases/test_lease_access.py",
    "leases/test_lease_ends.py",
    "leases/test_java_arrays.py",
)
KEPT_VIEWS = "leases/test_kept_views.py"
LEASE_THREADS = "leases/test_lease_threads.py"
LYING = "leases/test_lying_exporters.py"
HEAP = ("memory/test_heap_memory.py", "memory/test_borrow_and_copy.py")
NEW = "memory/test_new_memory.py"
TABLE = "memory/test_memory_table.py"
FORK = "life/test_fork.py"
STARTS = ("life/test_failed_starts.py", "life/test_command_line.py", "life/test_starting_threads.py")
BLOCKS = "exports/test_blocks.py"
SIGNALS = "life/test_signals.py"
PICKLING = "exports/test_pickling.py"
FROM_JAVA = "calls/test_python_from_java.py"
END_WHILE_COLLECTING = "life/test_exits.py::test_the_process_ends_as_it_should[while-java-collects-with-parallel]"

CANNOT_PIN = "-ea -XX:+UseSerialGC"


@dataclass(frozen=True)
class Mutant:
    """A defect.

    Attributes:
        name: what is wrong, in words.
        path: the source, from the root.
        old, new: the text that is replaced, which stands there once, and what replaces it.
        tests: what is expected to fail, from python-tests.
        options: of the JVM.
    """

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]
    options: str = "-ea"


MUTANTS = [
    # ------------------------------------------------------------ what a consumer is told
    Mutant(
        "strides of the wrong dimension",
        f"{JAVA}/internal/export/Descriptor.java",
        "System.arraycopy(strides, 0, words, HEADER_WORDS + dimensions, dimensions);",
        "System.arraycopy(shape, 0, words, HEADER_WORDS + dimensions, dimensions);",
        (REQUESTS,),
    ),
    Mutant(
        "byte offset ignored",
        f"{JAVA}/internal/export/Descriptor.java",
        "memory.address() + view.byteOffset()",
        "memory.address()",
        (REQUESTS,),
    ),
    Mutant(
        "read-only memory exported as writable",
        f"{JAVA}/internal/export/Descriptor.java",
        "(view.isReadOnly() ? READONLY : 0)",
        "0",
        (REQUESTS,),
    ),
    Mutant(
        "readonly mirrored from the request",
        f"{C}/base/reduce.c",
        ".readonly = (descriptor->flags & BB_READONLY) != 0,",
        ".readonly = !asks(flags, PyBUF_WRITABLE),",
        (REQUESTS,),
    ),
    Mutant(
        "itemsize 1 without a format",
        f"{C}/base/reduce.c",
        ".itemsize = descriptor->itemsize,",
        ".itemsize = asks(flags, PyBUF_FORMAT) ? descriptor->itemsize : 1,",
        (REQUESTS,),
    ),
    Mutant(
        "len cut to 32 bits",
        f"{C}/base/reduce.c",
        ".len = descriptor->len,",
        ".len = (int32_t)descriptor->len,",
        (REQUESTS,),
    ),
    Mutant(
        "ndim kept without ND",
        f"{C}/base/reduce.c",
        ".ndim = shaped ? descriptor->ndim : 1,",
        ".ndim = descriptor->ndim,",
        (REQUESTS,),
    ),
    Mutant(
        "format given without FORMAT",
        f"{C}/base/reduce.c",
        ".format = asks(flags, PyBUF_FORMAT) ? (char *)bb_descriptor_format(descriptor) : NULL,",
        ".format = (char *)bb_descriptor_format(descriptor),",
        (REQUESTS,),
    ),
    Mutant(
        "strides given for ND",
        f"{C}/base/reduce.c",
        ".strides = dimensioned && asks(flags, PyBUF_STRIDES)",
        ".strides = dimensioned",
        (REQUESTS,),
    ),
    Mutant(
        "shape of no dimensions not NULL",
        f"{C}/base/reduce.c",
        "int dimensioned = shaped && descriptor->ndim > 0;",
        "int dimensioned = shaped;",
        (REQUESTS,),
    ),
    Mutant(
        "suboffsets left out",
        f"{C}/base/reduce.c",
        ".suboffsets = dimensioned && asks(flags, PyBUF_INDIRECT)",
        ".suboffsets = 0",
        (REQUESTS,),
    ),
    Mutant(
        "buf NULL when empty",
        f"{C}/exports/export.c",
        "    if (record->descriptor->buf == NULL) {",
        "    if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "strides of empty views as they were given",
        f"{JAVA}/internal/view/Geometry.java",
        "this.strides = isEmpty || strides == null ?",
        "this.strides = strides == null ?",
        (REQUESTS,),
    ),
    Mutant(
        "native formats in standard codes",
        f"{JAVA}/internal/view/Alignment.java",
        "return FormatAccess.FORMATS.aligned(view.format(), of(bits)).toString();",
        "return view.format().unaligned().toString();",
        (REQUESTS,),
    ),
    Mutant(
        "byte order of a typed buffer ignored",
        f"{JAVA}/internal/memory/KnownMemory.java",
        "order == ByteOrder.nativeOrder() ? format : format.withOrder(order);",
        "format;",
        (REQUESTS, *KINDS),
    ),
    # ------------------------------------------------------------ what is refused
    Mutant(
        "C_CONTIGUOUS ignored",
        f"{C}/base/reduce.c",
        "if (asks(flags, PyBUF_C_CONTIGUOUS) && !c_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "F_CONTIGUOUS ignored",
        f"{C}/base/reduce.c",
        "if (asks(flags, PyBUF_F_CONTIGUOUS) && !f_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "contiguity of single items judged by their strides",
        f"{JAVA}/internal/view/Geometry.java",
        "if (shape[d] > 1 && strides[d] != expected) {",
        "if (strides[d] != expected) {",
        (REQUESTS,),
    ),
    Mutant(
        "strided memory granted to who takes no strides",
        f"{C}/base/reduce.c",
        "if (!asks(flags, PyBUF_STRIDES) && !c_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "format without a shape granted",
        f"{C}/base/reduce.c",
        "if (!asks(flags, PyBUF_ND) && asks(flags, PyBUF_FORMAT)) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "part of a flag taken for the flag",
        f"{C}/base/reduce.c",
        "return (flags & group) == group;",
        "return (flags & group) != 0;",
        (REQUESTS,),
    ),
    Mutant(
        "obj set on refusal",
        f"{C}/exports/export.c",
        "    view->obj = NULL;\n    return self->base.class",
        "    view->obj = (PyObject *)self;\n    return self->base.class",
        (REQUESTS,),
    ),
    Mutant(
        "views that leave their memory allowed",
        f"{JAVA}/internal/view/Geometry.java",
        "if (lowest < 0 || end > memoryByteSize) {",
        "if (lowest < 0) {",
        (BAD_INPUT, ERRORS),
    ),
    Mutant(
        "alignment not checked",
        f"{JAVA}/internal/view/Alignment.java",
        "if (actual >= format.alignment()) {",
        "if (actual >= 1) {",
        (BAD_INPUT,),
    ),
    # ------------------------------------------------------------ counts and releases
    Mutant(
        "release lost",
        f"{C}/exports/export.c",
        "    bb_upcall released = bb_upcall_release(env, record->number);\n",
        "    bb_upcall released = {BB_REACHED, NULL};\n    (void)env;\n",
        (LIFETIME,),
    ),
    Mutant(
        "release of a refused request lost",
        f"{C}/exports/export.c",
        "        export_give_back(env, self, record);\n        return refuse_export(self, reason);",
        "        return refuse_export(self, reason);",
        (REQUESTS, ERRORS),
    ),
    Mutant(
        "release not once",
        f"{JAVA}/internal/export/Export.java",
        "                .run(() -> exporter.releaseBuffer(granted))\n                .rethrow();",
        "                .run(() -> exporter.releaseBuffer(granted))\n"
        "                .run(() -> exporter.releaseBuffer(granted))\n"
        "                .rethrow();",
        (LIFETIME,),
    ),
    Mutant(
        "release with an equal view instead of the same",
        f"{JAVA}/internal/export/Export.java",
        "                .run(() -> exporter.releaseBuffer(granted))\n                .rethrow();",
        "                .run(() -> exporter.releaseBuffer(granted.asReadOnly().withFormat(granted.format())))\n"
        "                .rethrow();",
        (LIFETIME,),
    ),
    Mutant(
        "exports by upcall counted twice",
        f"{C}/exports/export_record.c",
        "exports + 1, memory_order_relaxed",
        "exports + 2, memory_order_relaxed",
        (LIFETIME,),
    ),
    Mutant(
        "exports of known memory counted twice",
        f"{C}/exports/holding.h",
        "    return bb_holding_count(buffer, 1) ?",
        "    return bb_holding_count(buffer, 2) ?",
        KINDS,
    ),
    Mutant(
        "refused request counted",
        f"{C}/exports/export.c",
        "        bb_holding_release(self);\n        return refuse_export(self, reason);",
        "        return refuse_export(self, reason);",
        (REQUESTS,),
    ),
    Mutant(
        "released export still counted",
        f"{C}/exports/export_record.c",
        "exports - 1, memory_order_relaxed",
        "exports, memory_order_relaxed",
        (LIFETIME,),
    ),
    Mutant(
        "pending exception lost in release",
        f"{C}/errors/errors.c",
        "    PyErr_WriteUnraisable(where);\n    bb_pending_put_back(&pending);",
        "    PyErr_WriteUnraisable(where);\n    Py_XDECREF(pending.type);",
        (BAD_INPUT,),
    ),
    Mutant(
        "exporter's throw in release swallowed",
        f"{C}/exports/export.c",
        "    bb_report_unraisable(env, released.thrown, (PyObject *)self);\n    if (released.reach == BB_REACHED) {",
        "    (*env)->DeleteLocalRef(env, released.thrown);\n    if (released.reach == BB_REACHED) {",
        (ERRORS,),
    ),
    # ------------------------------------------------------------ memory that stays, and is live
    Mutant(
        "a segment exported as a copy",
        f"{JAVA}/internal/memory/KnownMemory.java",
        "case MemorySegment memory -> BufferView.of(memory);",
        "case MemorySegment memory -> BufferView.of("
        "java.lang.foreign.Arena.ofAuto().allocate(memory.byteSize(), 8).copyFrom(memory));",
        KINDS,
    ),
    Mutant(
        "arena not kept open",
        f"{JAVA}/internal/hold/ArenaLock.java",
        "        if (acquire == null) {\n            requireNeverClosed",
        "        if (scope != null) {\n"
        "            return;\n"
        "        }\n"
        "        if (acquire == null) {\n"
        "            requireNeverClosed",
        KINDS,
    ),
    Mutant(
        "arena never let go",
        f"{JAVA}/internal/hold/ArenaLock.java",
        "release.invokeExact(memory.scope());",
        "memory.scope();",
        KINDS,
    ),
    Mutant(
        "ExportArena closed under its holders",
        f"{JAVA}/ExportArena.java",
        "held = holders.isEmpty() ? null : List.copyOf(holders);",
        "held = null;",
        KINDS,
    ),
    Mutant(
        "memory let go with the last export",
        f"{C}/exports/holding.h",
        "    bb_holding_count(buffer, -1);\n",
        "    bb_holding_count(buffer, -1);\n"
        "    extern bool bb_holding_let_go(bb_java_buffer *);\n"
        "    bb_holding_let_go(buffer);\n",
        KINDS,
    ),
    Mutant(
        "pin released too early",
        f"{C}/exports/pin.c",
        "    *pin = (bb_pin){global, address};\n    descriptor->buf",
        "    *pin = (bb_pin){NULL, NULL};\n"
        "    (*env)->ReleasePrimitiveArrayCritical(env, global, address, 0);\n    descriptor->buf",
        HEAP,
    ),
    Mutant(
        "offset in a pinned array ignored",
        f"{C}/exports/pin.c",
        "descriptor->buf = (char *)address + (intptr_t)descriptor->buf;",
        "descriptor->buf = address;",
        (REQUESTS, *HEAP),
    ),
    Mutant(
        "borrowed copy not written back",
        f"{JAVA}/internal/memory/BorrowedCopy.java",
        "                    writeBack();\n",
        "",
        HEAP,
        CANNOT_PIN,
    ),
    Mutant(
        "borrowed copy written back whole",
        f"{JAVA}/internal/memory/BorrowedCopy.java",
        "while (offset < end && differs(memory, offset)) {",
        "while (offset < end) {",
        HEAP,
        CANNOT_PIN,
    ),
    Mutant(
        "pins let go of whose address was kept",
        f"{C}/exports/holding.c",
        "atomic_store_explicit(&holding->keeps_address, true, memory_order_relaxed);",
        "(void)holding;",
        HEAP,
    ),
    Mutant(
        "arrays pinned where the collector cannot",
        f"{JAVA}/internal/hold/Pins.java",
        "return obstacle.equals(NONE) ? null : obstacle;",
        "return null;",
        ("memory/test_collectors.py",),
        CANNOT_PIN,
    ),
    Mutant(
        "freed memory exported again",
        f"{C}/exports/holding.c",
        "bool freed = atomic_load(&buffer->freed);",
        "bool freed = false;",
        (NEW,),
    ),
    Mutant(
        "read-only view of a borrowed array writable",
        f"{PYTHON}/_memory.py",
        "            views.append(views[0].toreadonly())\n",
        "            pass\n",
        HEAP,
    ),
    Mutant(
        "JNA memory not kept alive by its view",
        f"{JAVA}/internal/memory/JnaMemory.java",
        "unused -> Reference.reachabilityFence(owner)",
        "unused -> Reference.reachabilityFence(address)",
        (BAD_INPUT,),
    ),
    # ------------------------------------------------------------ exporters that change
    Mutant(
        "ExportGuard changes under an export",
        f"{JAVA}/ExportGuard.java",
        '        if (exports > 0) {\n            throw new BufferException("existing exports: " + exports + " are out',
        '        if (exports < 0) {\n            throw new BufferException("existing exports: " + exports + " are out',
        (GUARDED,),
    ),
    Mutant(
        "a writer beside readers",
        f"{JAVA}/ExportGuard.java",
        "if (writer && exports > 0) {",
        "if (writer && exports < 0) {",
        (GUARDED,),
    ),
    Mutant(
        "a reader beside a writer",
        f"{JAVA}/ExportGuard.java",
        "        if (writing) {\n            throw",
        "        if (exports < 0) {\n            throw",
        (GUARDED,),
    ),
    # ------------------------------------------------------------ leases
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
        "            if (isClosed) {\n                return;\n            }\n            closeViews();",
        "            closeViews();",
        LEASES,
    ),
    Mutant(
        "use after close not refused",
        f"{JAVA}/PythonBuffer.java",
        "    private void requireOpen() {\n        if (isClosed) {",
        "    private void requireOpen() {\n        if (memory == null) {",
        LEASES,
    ),
    Mutant(
        "shared views left open by close",
        f"{JAVA}/internal/lease/OwnedLease.java",
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
        "if (isLast && !isOver) {",
        "if (isLast && watched > 0) {",
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
    # ------------------------------------------------------------ Python that Java has
    Mutant(
        "a scope that closes nothing",
        f"{JAVA}/PythonScope.java",
        "                releases.run(last::close);\n",
        "",
        (FROM_JAVA,),
    ),
    Mutant(
        "a scope that any thread closes",
        f"{JAVA}/PythonScope.java",
        "        if (Thread.currentThread() != owner) {\n",
        "        if (false) {\n",
        (FROM_JAVA,),
    ),
    Mutant(
        "a namespace that is not emptied",
        f"{PYTHON}/_host.py",
        "    namespace.clear()\n",
        "",
        (FROM_JAVA,),
    ),
    Mutant(
        "a second class loader beside the Python that started the process",
        f"{JAVA}/internal/host/ProcessEnd.java",
        "        ProcessClaim.takeForHost();\n",
        "",
        (FROM_JAVA,),
    ),
    Mutant(
        "another configuration that is taken without effect",
        f"{JAVA}/internal/host/RunningPython.java",
        "        if (isHost() ? wanted.equals(Settings.DEFAULTS) : wanted.isPartOf(config, installation)) {\n",
        "        if (true) {\n",
        (FROM_JAVA,),
    ),
    # ------------------------------------------------------------ starts, and the ends of blocks
    Mutant(
        "options before the hooks, so that the JVM's words go past them",
        f"{C}/process/jvm_start.c",
        "    bb_complaint_hooks(options);\n    kept = fill_options(texts, options + BB_COMPLAINT_HOOKS);\n",
        "    bb_complaint_hooks(options + PyTuple_Size(texts));\n    kept = fill_options(texts, options);\n",
        STARTS,
    ),
    Mutant(
        "no class path after a creation that was refused",
        f"{C}/process/jvm_start.c",
        "was_refused ? class_path : NULL",
        "NULL",
        STARTS,
    ),
    Mutant(
        "an interrupted start that nobody settles",
        f"{PYTHON}/_start.py",
        "        _settle()  # again: Ctrl-C may have come in between\n",
        "",
        STARTS,
    ),
    Mutant(
        "options that are not tried",
        f"{PYTHON}/_check.py",
        "    if is_harmless(given) or key in _passed:\n",
        "    if True:\n",
        STARTS,
    ),
    Mutant(
        "addresses unmapped by release()",
        f"{C}/base/block.c",
        "madvise(memory, size, MADV_DONTNEED) == 0",
        "munmap(memory, size) == 0",
        (NEW,),
    ),
    Mutant(
        "pages kept by release()",
        f"{C}/base/block.c",
        "    if (is_large(size) && give_pages_back(memory, whole_pages(size))) {\n",
        "    if (false && give_pages_back(memory, whole_pages(size))) {\n",
        (NEW,),
    ),
    Mutant(
        "exports of memory that release() has zeroed",
        f"{C}/exports/holding.c",
        "    atomic_store(&buffer->freed, true);\n",
        "",
        (NEW,),
    ),
    Mutant(
        "memory zeroed that Java was given",
        f"{C}/objects/java_buffer.c",
        "    if (self->block == NULL || atomic_load(&self->escaped)) {\n        return bb_holding_let_go(self);\n",
        "    if (self->block == NULL) {\n        return bb_holding_let_go(self);\n",
        (NEW,),
    ),
    Mutant(
        "an exception that the end of its block replaces",
        f"{C}/objects/java_object.c",
        "    if (!PyErr_ExceptionMatches(PyExc_Exception) || !leaves_block) {\n",
        "    if (true || !leaves_block) {\n",
        (BLOCKS,),
    ),
    Mutant(
        "a borrowed copy freed under an address",
        f"{PYTHON}/_memory.py",
        "        lent.release()  # the pin\n",
        "        lent.release()  # the pin\n    _free(buffers, lent)\n",
        (BLOCKS,),
    ),
    Mutant(
        "a copy that doctor calls live",
        f"{PYTHON}/_doctor.py",
        '"live" if pins else "borrowed: a copy that is written back"',
        '"live"',
        ("reports/test_doctor.py",),
    ),
]

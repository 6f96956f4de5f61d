"""The defects that mutants.py plants: what is wrong, where, and which tests have to notice.

Grouped as a consumer meets them. Each text that is replaced stands in its source exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass

C = "src/main/c"
JAVA = "src/main/java/org/bufferbridge"
PYTHON = "src/main/python/bufferbridge"

# Where the mutants are looked for, in python-tests.
REQUESTS = "test_requests_against_oracle.py"
VALUES = "test_values_against_oracle.py"
LIFETIME = "test_lifetime.py"
KINDS = "test_memory_kinds.py"
ERRORS = "test_exporter_errors.py"
BAD_INPUT = "test_bad_input.py"
CONSUMERS = "test_consumers.py"
GUARDED = "test_guarded_exporters.py"
LEASES = "test_leases.py"

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
        f"{JAVA}/Descriptor.java",
        "System.arraycopy(strides, 0, words, HEADER_WORDS + dimensions, dimensions);",
        "System.arraycopy(shape, 0, words, HEADER_WORDS + dimensions, dimensions);",
        (REQUESTS,),
    ),
    Mutant(
        "byte offset ignored",
        f"{JAVA}/Descriptor.java",
        "memory.address() + view.byteOffset()",
        "memory.address()",
        (REQUESTS,),
    ),
    Mutant(
        "read-only memory exported as writable",
        f"{JAVA}/Descriptor.java",
        "(view.isReadOnly() ? READONLY : 0)",
        "0",
        (REQUESTS,),
    ),
    Mutant(
        "readonly mirrored from the request",
        f"{C}/reduce.c",
        ".readonly = (descriptor->flags & BB_READONLY) != 0,",
        ".readonly = !asks(flags, PyBUF_WRITABLE),",
        (REQUESTS,),
    ),
    Mutant(
        "itemsize 1 without a format",
        f"{C}/reduce.c",
        ".itemsize = descriptor->itemsize,",
        ".itemsize = asks(flags, PyBUF_FORMAT) ? descriptor->itemsize : 1,",
        (REQUESTS,),
    ),
    Mutant(
        "len cut to 32 bits",
        f"{C}/reduce.c",
        ".len = descriptor->len,",
        ".len = (int32_t)descriptor->len,",
        (REQUESTS,),
    ),
    Mutant(
        "ndim kept without ND",
        f"{C}/reduce.c",
        ".ndim = shaped ? descriptor->ndim : 1,",
        ".ndim = descriptor->ndim,",
        (REQUESTS,),
    ),
    Mutant(
        "format given without FORMAT",
        f"{C}/reduce.c",
        ".format = asks(flags, PyBUF_FORMAT) ? (char *)bb_descriptor_format(descriptor) : NULL,",
        ".format = (char *)bb_descriptor_format(descriptor),",
        (REQUESTS,),
    ),
    Mutant(
        "strides given for ND",
        f"{C}/reduce.c",
        ".strides = dimensioned && asks(flags, PyBUF_STRIDES)",
        ".strides = dimensioned",
        (REQUESTS,),
    ),
    Mutant(
        "shape of no dimensions not NULL",
        f"{C}/reduce.c",
        "int dimensioned = shaped && descriptor->ndim > 0;",
        "int dimensioned = shaped;",
        (REQUESTS,),
    ),
    Mutant(
        "suboffsets left out",
        f"{C}/reduce.c",
        ".suboffsets = dimensioned && asks(flags, PyBUF_INDIRECT)",
        ".suboffsets = 0",
        (REQUESTS,),
    ),
    Mutant(
        "buf NULL when empty",
        f"{C}/export.c",
        "} else if ((*record)->descriptor.buf == NULL) {",
        "} else if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "strides of empty views as they were given",
        f"{JAVA}/Geometry.java",
        "this.strides = isEmpty || strides == null ?",
        "this.strides = strides == null ?",
        (REQUESTS,),
    ),
    Mutant(
        "native formats in standard codes",
        f"{JAVA}/BufferView.java",
        "return format.aligned(Alignment.of(alignmentBits())).toString();",
        "return format.unaligned().toString();",
        (REQUESTS,),
    ),
    Mutant(
        "byte order of a typed buffer ignored",
        f"{JAVA}/KnownMemory.java",
        "order == ByteOrder.nativeOrder() ? format : format.withOrder(order);",
        "format;",
        (REQUESTS, KINDS),
    ),
    # ------------------------------------------------------------ what is refused
    Mutant(
        "C_CONTIGUOUS ignored",
        f"{C}/reduce.c",
        "if (asks(flags, PyBUF_C_CONTIGUOUS) && !c_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "F_CONTIGUOUS ignored",
        f"{C}/reduce.c",
        "if (asks(flags, PyBUF_F_CONTIGUOUS) && !f_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "contiguity of single items judged by their strides",
        f"{JAVA}/Geometry.java",
        "if (shape[d] > 1 && strides[d] != expected) {",
        "if (strides[d] != expected) {",
        (REQUESTS,),
    ),
    Mutant(
        "strided memory granted to who takes no strides",
        f"{C}/reduce.c",
        "if (!asks(flags, PyBUF_STRIDES) && !c_contiguous) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "format without a shape granted",
        f"{C}/reduce.c",
        "if (!asks(flags, PyBUF_ND) && asks(flags, PyBUF_FORMAT)) {",
        "if (0) {",
        (REQUESTS,),
    ),
    Mutant(
        "part of a flag taken for the flag",
        f"{C}/reduce.c",
        "return (flags & group) == group;",
        "return (flags & group) != 0;",
        (REQUESTS,),
    ),
    Mutant(
        "obj set on refusal",
        f"{C}/export.c",
        "    view->obj = NULL;\n    return self->base.class",
        "    view->obj = exporter;\n    return self->base.class",
        (REQUESTS,),
    ),
    Mutant(
        "views that leave their memory allowed",
        f"{JAVA}/Geometry.java",
        "if (lowest < 0 || end > memoryByteSize) {",
        "if (lowest < 0) {",
        (BAD_INPUT, ERRORS),
    ),
    Mutant(
        "alignment not checked",
        f"{JAVA}/Alignment.java",
        "if (actual >= format.alignment()) {",
        "if (actual >= 1) {",
        (BAD_INPUT,),
    ),
    # ------------------------------------------------------------ counts and releases
    Mutant(
        "release lost",
        f"{C}/export.c",
        "    (*env)->CallVoidMethod(env, record->export, bb_java.export.release);\n    jthrowable thrown",
        "    jthrowable thrown",
        (LIFETIME,),
    ),
    Mutant(
        "release of a refused request lost",
        f"{C}/export.c",
        "        give_back(env, self, record);\n        return refuse(self, reason);",
        "        return refuse(self, reason);",
        (REQUESTS, ERRORS),
    ),
    Mutant(
        "release not once",
        f"{JAVA}/Export.java",
        "        hold.letGo();\n        exporter.releaseBuffer(view);",
        "        hold.letGo();\n        exporter.releaseBuffer(view);\n        exporter.releaseBuffer(view);",
        (LIFETIME,),
    ),
    Mutant(
        "release with an equal view instead of the same",
        f"{JAVA}/Export.java",
        "        hold.letGo();\n        exporter.releaseBuffer(view);",
        "        hold.letGo();\n        exporter.releaseBuffer(view.asReadOnly().withFormat(view.format()));",
        (LIFETIME,),
    ),
    Mutant(
        "exports by upcall counted twice",
        f"{C}/export.c",
        "atomic_fetch_add_explicit(&self->exports, 1, memory_order_relaxed);",
        "atomic_fetch_add_explicit(&self->exports, 2, memory_order_relaxed);",
        (LIFETIME,),
    ),
    Mutant(
        "exports of known memory counted twice",
        f"{C}/holding.c",
        "&exports, exports + 1,",
        "&exports, exports + 2,",
        (KINDS,),
    ),
    Mutant(
        "refused request counted",
        f"{C}/export.c",
        "        bb_holding_release(self);\n        return refuse(self, reason);",
        "        return refuse(self, reason);",
        (REQUESTS,),
    ),
    Mutant(
        "Java's count not taken back",
        f"{JAVA}/Export.java",
        "        LIVE.getAndDecrement();\n",
        "",
        (LIFETIME,),
    ),
    Mutant(
        "pending exception lost in release",
        f"{C}/export.c",
        "    atomic_fetch_sub_explicit(&self->exports, 1, memory_order_relaxed);\n    PyErr_Restore(type, value, traceback);",
        "    atomic_fetch_sub_explicit(&self->exports, 1, memory_order_relaxed);\n    Py_XDECREF(type);",
        (BAD_INPUT,),
    ),
    Mutant(
        "exporter's throw in release swallowed",
        f"{C}/export.c",
        "    bb_report_unraisable(env, thrown, (PyObject *)self);\n}\n\n/* A record for",
        "    (void)thrown;\n}\n\n/* A record for",
        (ERRORS,),
    ),
    # ------------------------------------------------------------ memory that stays, and is live
    Mutant(
        "a segment exported as a copy",
        f"{JAVA}/KnownMemory.java",
        "case MemorySegment memory -> BufferView.of(memory);",
        "case MemorySegment memory -> BufferView.of("
        "java.lang.foreign.Arena.ofAuto().allocate(memory.byteSize(), 8).copyFrom(memory));",
        (KINDS,),
    ),
    Mutant(
        "arena not kept open",
        f"{JAVA}/ArenaLock.java",
        "        if (JdkInternals.ACQUIRE_SCOPE == null) {\n            requireNeverClosed(scope);\n            return;\n        }",
        "        if (scope != null) {\n            return;\n        }",
        (KINDS,),
    ),
    Mutant(
        "arena never let go",
        f"{JAVA}/ArenaLock.java",
        "JdkInternals.RELEASE_SCOPE.invokeExact(memory.scope());",
        "memory.scope();",
        (KINDS,),
    ),
    Mutant(
        "ExportArena closed under its holders",
        f"{JAVA}/ExportArena.java",
        "        if (!holders.isEmpty()) {\n            throw",
        "        if (holders == null) {\n            throw",
        (KINDS,),
    ),
    Mutant(
        "memory let go with the last export",
        f"{C}/holding.c",
        "    atomic_fetch_sub_explicit(&buffer->exports, 1, memory_order_release);\n",
        "    atomic_fetch_sub_explicit(&buffer->exports, 1, memory_order_release);\n"
        "    bb_holding_let_go(buffer);\n",
        (KINDS,),
    ),
    Mutant(
        "pin released too early",
        f"{C}/pin.c",
        "    *pin = (bb_pin){global, address};\n    descriptor->buf",
        "    *pin = (bb_pin){NULL, NULL};\n"
        "    (*env)->ReleasePrimitiveArrayCritical(env, global, address, 0);\n    descriptor->buf",
        (KINDS,),
    ),
    Mutant(
        "offset in a pinned array ignored",
        f"{C}/pin.c",
        "descriptor->buf = (char *)address + (intptr_t)descriptor->buf;",
        "descriptor->buf = address;",
        (REQUESTS, KINDS),
    ),
    Mutant(
        "borrowed copy not written back",
        f"{JAVA}/BorrowedCopy.java",
        "            if (writable) {\n                writeBack();\n            }\n",
        "",
        (KINDS,),
        CANNOT_PIN,
    ),
    Mutant(
        "arrays pinned where the collector cannot",
        f"{JAVA}/Pins.java",
        "        if (OBSTACLE != null) {",
        "        if (OBSTACLE != null && OBSTACLE.isEmpty()) {",
        ("test_collectors.py",),
        CANNOT_PIN,
    ),
    Mutant(
        "freed memory exported again",
        f"{C}/holding.c",
        "bool freed = atomic_load(&buffer->freed);",
        "bool freed = false;",
        (KINDS,),
    ),
    Mutant(
        "read-only view of a borrowed array writable",
        "src/main/python/bufferbridge/_memory.py",
        "whole if write else whole.toreadonly() as view",
        "whole as view",
        (KINDS,),
    ),
    Mutant(
        "JNA memory not kept alive by its view",
        f"{JAVA}/JnaMemory.java",
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
        f"{C}/lease.c",
        "    lease->object = Py_NewRef(object);\n",
        "    lease->object = Py_NewRef(object);\n"
        "    Py_buffer kept = lease->view;\n    PyBuffer_Release(&lease->view);\n    lease->view = kept;\n"
        "    lease->view.obj = NULL;\n",
        (LEASES,),
    ),
    Mutant(
        "lease not given back",
        f"{C}/lease.c",
        "    give_back(lease);\n    Py_DECREF(lease->object);",
        "    Py_DECREF(lease->object);",
        (LEASES,),
    ),
    Mutant(
        "views of a lease usable after the call",
        f"{JAVA}/PythonBuffer.java",
        "            ownArena.close();\n",
        "",
        (LEASES,),
    ),
    Mutant(
        "read-only Python memory written by Java",
        f"{JAVA}/Lease.java",
        "return isReadOnly(lease) ? view.asReadOnly() : view;",
        "return view;",
        (LEASES,),
    ),
    Mutant(
        "strides of a lease ignored",
        f"{JAVA}/Lease.java",
        "long[] strides = int64s(lease + STRIDES, dimensions);",
        "long[] strides = null;",
        (LEASES,),
    ),
]

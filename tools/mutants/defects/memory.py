"""Defects of counted exports, of memory that stays, and of exporters that change."""

from __future__ import annotations

from .mutant import (
    BAD_INPUT,
    CANNOT_PIN,
    COUNTED,
    ERRORS,
    GUARDED,
    HEAP,
    JAVA,
    KINDS,
    LIFETIME,
    NEW,
    PYTHON,
    REQUESTS,
    C,
    Mutant,
)

MUTANTS = [
    # ------------------------------------------------------------ counts and releases
    Mutant(
        "release lost",
        f"{C}/exports/upcall_export.c",
        "    bb_upcall released = bb_upcall_release(env, record->number);\n",
        "    bb_upcall released = {BB_REACHED, NULL};\n    (void)env;\n",
        (LIFETIME,),
    ),
    Mutant(
        "release of a refused request lost",
        f"{C}/exports/upcall_export.c",
        "        export_give_back(env, self, record);\n        return bb_refuse_export(self, reason);",
        "        return bb_refuse_export(self, reason);",
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
        f"{C}/exports/holding_word.h",
        "    return bb_holding_count(buffer, 1) ?",
        "    return bb_holding_count(buffer, 2) ?",
        KINDS,
    ),
    Mutant(
        "refused request counted",
        f"{C}/exports/export.c",
        "        bb_holding_release(self);\n        return bb_refuse_export(self, reason);",
        "        return bb_refuse_export(self, reason);",
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
        f"{C}/exports/upcall_export.c",
        "    bb_pending_put_back(&pending);\n",
        "    Py_XDECREF(pending.type);\n",
        (BAD_INPUT,),
    ),
    Mutant(
        "exporter's throw in release swallowed",
        f"{C}/exports/upcall_export.c",
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
        f"{C}/exports/holding_word.h",
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
        "                writeBack();\n",
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
        f"{C}/exports/holding_word.c",
        "atomic_store_explicit(&holding->keeps_address, true, memory_order_relaxed);",
        "(void)holding;",
        HEAP,
    ),
    Mutant(
        "memory let go of whose address was kept during a question",
        f"{C}/exports/holding_word.c",
        "opening->is_for_question || opening->guard.word",
        "opening->guard.word",
        ("memory/test_items.py",),
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
        f"{C}/exports/holding_word.c",
        "bool freed = atomic_load(&buffer->freed);",
        "bool freed = false;",
        (NEW,),
    ),
    Mutant(
        "read-only view of a borrowed array writable",
        f"{PYTHON}/_memory/borrow.py",
        "            self._views.append(self._views[0].toreadonly())\n",
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
        '            if (exports > 0) {\n                throw new BufferException("existing exports: " + exports + (',
        '            if (exports < 0) {\n                throw new BufferException("existing exports: " + exports + (',
        (GUARDED,),
    ),
    Mutant(
        "a writer beside readers",
        f"{JAVA}/internal/export/GuardWord.java",
        "if (isExclusive && writes && exports > 0) {",
        "if (isExclusive && writes && exports < 0) {",
        (GUARDED,),
    ),
    Mutant(
        "a reader beside a writer",
        f"{JAVA}/internal/export/GuardWord.java",
        "if (isExclusive && (word & WRITER) != 0) {",
        "if (isExclusive && exports < 0) {",
        (GUARDED,),
    ),
    Mutant(
        "an export of memory as it was before a change",
        f"{C}/exports/guard_word.h",
        "if (exports < 0 || exports > most) {",
        "if (exports < 0) {",
        (COUNTED,),
    ),
    Mutant(
        "a change of memory that C exports",
        f"{JAVA}/internal/export/GuardWord.java",
        "if ((word & MAX_EXPORTS) != 0) {",
        "if ((word & MAX_EXPORTS) > 1) {",
        (COUNTED,),
    ),
    Mutant(
        "an export that the guard counts for ever",
        f"{C}/exports/guarded.h",
        "    bb_guard_leave(&buffer->holding->guard);\n    bb_holding_release",
        "    bb_holding_release",
        (COUNTED,),
    ),
    Mutant(
        "a change that keeps an arena open",
        f"{JAVA}/ExportGuard.java",
        "                holdings.letGo();\n",
        "",
        (COUNTED,),
    ),
    Mutant(
        "a reader that may write",
        f"{C}/exports/export.c",
        "        view->readonly = 1; /* this consumer",
        "        view->readonly = 0; /* this consumer",
        (COUNTED,),
    ),
    Mutant(
        "a grant that failed in C and stays counted",
        f"{C}/exports/guarded.c",
        "        bb_guard_leave(&opening.guard); /*",
        "        /*",
        (COUNTED,),
    ),
    Mutant(
        "guarded memory dropped under an address",
        f"{C}/exports/holding_word.c",
        "            bb_keep_reachable(env, buffer, buffer->holding->holding);",
        "            (void)env;",
        ("memory/test_kept_addresses.py",),
    ),
    Mutant(
        "the memory before a change kept for nobody",
        f"{JAVA}/internal/export/Holding.java",
        "if (!Natives.keepsAddress(javaBuffer)) {",
        "if (javaBuffer == 0) {",
        ("memory/test_kept_addresses.py",),
    ),
    Mutant(
        "another guard taken for the first",
        f"{C}/exports/guarded.c",
        "        if (is_of_another) {",
        "        if (false) {",
        (COUNTED,),
    ),
    Mutant(
        "a static field read before its class is initialised",
        f"{C}/objects/fields.c",
        "if (!bb_class_is_initialized(env, holder)) {",
        "if (holder == NULL) {",
        ("calls/test_fields.py",),
    ),
]

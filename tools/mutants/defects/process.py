"""Defects of Python objects that Java has, of starts, and of the ends of blocks."""

from __future__ import annotations

from .mutant import BLOCKS, FROM_JAVA, JAVA, NEW, PYTHON, STARTS, C, Mutant

MUTANTS = [
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
        f"{PYTHON}/_process/host.py",
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
        "an interrupted start that is never settled",
        f"{PYTHON}/_process/start.py",
        "        _settle()  # again, because Ctrl-C may have interrupted the first call\n",
        "",
        STARTS,
    ),
    Mutant(
        "options that are not tried",
        f"{PYTHON}/_process/check.py",
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
        f"{C}/exports/holding_word.c",
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
        f"{PYTHON}/_memory/borrow.py",
        "            self._lent.release()  # the pin\n",
        "            self._lent.release()  # the pin\n        _free(borrowing, self._lent)\n",
        (BLOCKS,),
    ),
    Mutant(
        "a copy that doctor calls live",
        f"{PYTHON}/_commands/doctor.py",
        '"live" if pins else "borrowed: a copy that is written back"',
        '"live"',
        ("reports/test_doctor.py",),
    ),
]

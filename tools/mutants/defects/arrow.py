"""Defects of the exchange with Arrow Java. They need its jars and pyarrow: `make mutants-ecosystem` plants them."""

from __future__ import annotations

from .mutant import JAVA, PYTHON, Mutant

ARROW = ("lending/test_arrow_java.py", "lending/test_arrow_vectors.py", "lending/test_arrow_processes.py")

MUTANTS = [
    Mutant(
        "vector left open by a call that failed before its method",
        f"{JAVA}/internal/values/ArrowImport.java",
        "        if (!isGiven) {\n            value.close();",
        "        if (isGiven) {\n            value.close();",
        ARROW,
    ),
    Mutant(
        "vector closed although the method had it",
        f"{JAVA}/internal/values/ArrowImport.java",
        "                made.isGiven = true;\n",
        "",
        ARROW,
    ),
    Mutant(
        "vectors of a list not given to the method",
        f"{JAVA}/internal/values/ArrowImport.java",
        "                giveAll(items.refs());\n",
        "",
        ARROW,
    ),
    Mutant(
        "class of a vector not compared",
        f"{PYTHON}/_objects/arrow.py",
        "        return bool(java_type.isAssignableFrom(_vector_class(value, java_type)))\n",
        "        return True\n",
        ARROW,
    ),
    Mutant(
        "choice of an overload remembered although the items decide",
        f"{JAVA}/internal/values/ArrowTypes.java",
        "        return taken(type) == IS_VECTOR\n"
        "                && !type.getName().equals(VECTOR)\n"
        "                && !type.getName().equals(ANY_VECTOR);",
        "        return false;",
        ARROW,
    ),
    Mutant(
        "second chunk of a column dropped",
        f"{PYTHON}/_objects/arrow.py",
        "    if not count or _next_chunk(stream, java_type)[1]:\n",
        "    if not count:\n",
        ARROW,
    ),
    Mutant(
        "second batch of a table dropped",
        f"{PYTHON}/_objects/arrow.py",
        "        if reader.loadNextBatch():\n            raise TypeError(",
        "        if False:\n            raise TypeError(",
        ARROW,
    ),
    Mutant(
        "reader of one batch left open",
        f"{PYTHON}/_objects/arrow.py",
        "    finally:\n        reader.close()\n",
        "    finally:\n        pass\n",
        ARROW,
    ),
    Mutant(
        "dictionary of a vector dropped",
        f"{PYTHON}/_objects/arrow.py",
        "        if len(dictionaries.getDictionaryIds()):\n",
        "        if False:\n",
        ARROW,
    ),
    Mutant(
        "stream of a column ended before its array was asked for",
        f"{PYTHON}/_objects/arrow.py",
        "    schema = _schema_of(stream, java_type)\n    array, count",
        "    schema = _schema_of(stream, java_type)\n    del capsule\n    capsule = None\n    array, count",
        ARROW,
    ),
    Mutant(
        "classes of Arrow taken from one loader only",
        f"{JAVA}/internal/python/ArrowClasses.java",
        "find(type.getClassLoader(), name);\n        if (found == null)",
        "null;\n        if (found == null)",
        ARROW,
    ),
]

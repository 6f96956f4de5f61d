"""Other bridges between Python and Java, and programs in which one of them has started the JVM."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bufferbridge._process.jars import own_jars
from support.places import TEST_CLASSES

# For each bridge: its start with the given options, a Java class by name, a new int[3].
BRIDGES = {
    "jpype": """
        import jpype
        def start(*options):
            jpype.startJVM(*options, classpath=CLASSPATH, convertStrings=False)
        find_class = jpype.JClass
        def ints():
            return jpype.JArray(jpype.JInt)([1, 2, 3])
    """,
    "jpy": """
        import jpyutil
        def start(*options):
            jpyutil.init_jvm(jvm_classpath=CLASSPATH, jvm_options=list(options))
        def find_class(name):
            import jpy
            return jpy.get_type(name)
        def ints():
            import jpy
            return jpy.array("int", [1, 2, 3])
    """,
    "pyjnius": """
        import jnius_config
        def start(*options):
            jnius_config.add_options(*options)
            jnius_config.add_classpath(*CLASSPATH)
            import jnius
        def find_class(name):
            import jnius
            return jnius.autoclass(name)
    """,
}
# For each bridge and start: what comes after the functions of BRIDGES, and replaces some.
STARTS = {
    "jpype": ("jpype", "        to = bb.interop.jpype.to_jpype"),
    "jpy": ("jpy", "        to = bb.interop.jpy.to_jpy"),
    "jpy-joins": (
        "jpy",
        """
        to = bb.interop.jpy.to_jpy
        def start(*options):
            bb.start(CLASSPATH, options=options)
            bb.interop.jpy.join()
        """,
    ),
    "pyjnius": ("pyjnius", "        to = bb.interop.pyjnius.to_pyjnius"),
}
MODULES = {"jpype": "jpype", "jpy": "jpy", "pyjnius": "jnius"}


def require(bridge: str) -> None:
    if importlib.util.find_spec(MODULES[bridge]) is None:
        pytest.skip(f"{bridge} is not installed for this interpreter")


def dedented(code: str) -> str:
    return "\n".join(line[8:] for line in code.splitlines())


def program(bridge: str, code: str, *, classpath: list[Path] | None = None) -> str:
    """A program with the bridge's functions and class path; it imports bufferbridge as bb, without starting it."""
    require(bridge)
    entries = [str(entry) for entry in classpath or []]
    head = f"CLASSPATH = {entries!r}\nTEST_CLASSES = {str(TEST_CLASSES)!r}\nimport bufferbridge as bb\n"
    return head + dedented(BRIDGES[bridge]) + "\n" + dedented(code)


def script(neighbour: str, code: str) -> str:
    """A program that has both bridges in one JVM, with the tests' classes on its class path."""
    bridge, more = STARTS[neighbour]
    classpath = [*map(Path, own_jars()), Path(TEST_CLASSES)]
    return program(bridge, "", classpath=classpath) + dedented(more) + "\nstart()\nbb.adopt()\n" + dedented(code)

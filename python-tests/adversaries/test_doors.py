"""One door into Java and one into Python. These tests read the sources, so a way around a door fails here.

The doors are java_door.c and python_door.c. The list below has the Java methods that may be called with the GIL held.
For each it gives the reason why the method cannot reach user code; docs/design/architecture.md shows the same list.
"""

from __future__ import annotations

import re

import pytest

from support.places import ROOT

SOURCES = {path.name: path.read_text() for path in sorted((ROOT / "src" / "main" / "c").rglob("*.[ch]"))}

# Java methods that are called with the GIL held, and why no user code runs in them.
WITH_GIL = {
    "export.open": "makes an Export and enters it in a table",
    "export.dispose": "takes an Export off its table",
    "export.view": "reads a field",
    "holding.open": "users cannot subclass the classes of known memory, which are the JDK's or the library's",
    "holding.describe": "writes a descriptor",
    "holding.heap_array": "reads a field",
    "holding.close": "lets go of memory; what it leaves to the owner of an arena runs elsewhere",
    "block.allocate": "makes a block and its view",
    "block.view_of": "reads a field",
    "block.block_of": "reads a field",
    "block.run": "frees a block",
    "type.type": "reads a field",
    "type.id": "reads a field",
    "type.stays": "reads a field",
    "type.of": "a ClassValue; its entry takes a number and asks the class nothing",
    "member.kind": "one of three constants",
    "calls.nested_type": "a ClassValue, as type.of",
    "protocol.is_instance": "Class.isInstance",
    "integer.int_value": "reads a field of an Integer of ours",
    "texts.of_latin": "makes a String",
    "texts.latin": "reads a String",
    "tracing.place": "walks this thread's stack",
    "tracing.exported": "commits an event of Flight Recorder",
    "tracing.released": "commits an event of Flight Recorder",
    "process_end.arm": "adds a shutdown hook",
    "python_exception.of": "makes an exception of the library's own final class",
    "python_exception.refusal": "makes an exception of the library's own final class",
    "python_exception.java_frames": "reads the stack trace of an exception of the library's own final class",
    "runnable.run": "Python.run: its caller asks for just that",
}

# The files that release or take the GIL without a door, and what they do meanwhile.
AROUND_THE_DOORS = {
    "java_door.h": "is one",
    "gate.c": "waits for those inside",
    "thread_state.c": "makes and ends thread states",
    "thread_state.h": "is what python_door.c stands on",
    "attachment.c": "attaches a thread",
    "reach.c": "stops a thread",
    "jvm_start.c": "creates the JVM",
    "jvm_join.c": "attaches a thread",
    "python_host.c": "starts and ends the interpreter",
    "arrow_capsules.c": "lets go of what an Arrow library made",
    "holding_word.c": "lets another thread go on that changes the word",
    "end.c": "stops a thread",
}

# Native methods that need no interpreter.
WITHOUT_PYTHON = """
    trustedLookup useStubs heldExports keepsAddress vmFlag allocate vacate free leaseDeferRelease leaseCount heldBytes
    leasedBytes setTracing objectDeferRelease javaEnds pokePinned isInside isNone abiVersion initialize end shut
    giveBackSignals limitPins requireStack hasGil apiAddress
""".split()


def functions(text: str) -> dict[str, str]:
    """The name and the body of each function that a source file defines."""
    found = re.finditer(r"^[a-z_][\w \*]*?\b(\w+)\([^;{}]*\)\n\{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    return {match[1]: match[2] for match in found}


def test_java_is_called_through_its_door_only() -> None:
    ways = re.compile(r"->(?:Call\w*Method\w*|NewObject[AV]?)\b")
    around = {name for name, text in SOURCES.items() if ways.search(text)}
    assert around == {"java_door.c"}


def test_python_is_entered_through_its_door_only() -> None:
    ways = re.compile(r"\bbb_python_(?:enter|leave)\(&|\bBB_ENTRY\b")
    around = {name for name, text in SOURCES.items() if ways.search(text)}
    assert around == {"python_door.c", "entry.h"}


def test_the_gil_is_given_up_where_that_is_known() -> None:
    ways = re.compile(r"PyEval_(?:Save|Restore)Thread|Py_(?:BEGIN|END)_ALLOW_THREADS|PyGILState_(?:Ensure|Release)")
    around = {name for name, text in SOURCES.items() if ways.search(text)}
    assert around == set(AROUND_THE_DOORS)


def test_java_is_called_with_the_gil_for_what_is_listed_only() -> None:
    called = {
        method for text in SOURCES.values() for method in re.findall(r"_with_gil\(\s*env,\s*&bb_java\.(\w+\.\w+)", text)
    }
    assert called == set(WITH_GIL)


@pytest.mark.parametrize("method", WITH_GIL)
def test_the_document_lists_what_is_called_with_the_gil(method: str) -> None:
    group, name = method.split(".")
    declared = re.search(rf"\{{&bb_java\.{group}\.{name}, &bb_java\.\w+\.class, \w+, \"(\w+)\"", SOURCES["java_ids.c"])
    java_class = re.search(rf"\{{&bb_java\.{group}\.class, \"[\w/]*?(\w+)\"\}}", SOURCES["java_ids.c"])
    assert declared and java_class
    document = (ROOT / "docs" / "design" / "architecture.md").read_text()
    row = next(line for line in document.splitlines() if line.startswith("| with the GIL |"))
    assert re.search(rf"`{java_class[1]}(?:\.{declared[1]}|`[^;]*`{declared[1]}`)", row), (
        f"{java_class[1]}.{declared[1]}"
    )


def native_methods() -> dict[str, str]:
    """The Java name and the C function of each bound native method."""
    tables = "".join(SOURCES.values())
    return dict(re.findall(r"\{\(char \*\)\"(\w+)\",[^{}]*?\(void \*\)(\w+)\}", tables))


def test_every_native_method_takes_the_door_or_needs_no_python() -> None:
    bodies = {name: body for text in SOURCES.values() for name, body in functions(text).items()}
    natives = native_methods()
    assert len(natives) > 30
    through = {
        name for name, function in natives.items() if re.search(r"\bbb_in_python(_if_possible)?\(", bodies[function])
    }
    assert set(natives) - through == set(WITHOUT_PYTHON) & set(natives)


@pytest.mark.parametrize("name", sorted(set(native_methods()) & set(WITHOUT_PYTHON) - {"initialize", "end"}))
def test_a_native_method_without_the_door_calls_nothing_of_pythons(name: str) -> None:
    bodies = {name: body for text in SOURCES.values() for name, body in functions(text).items()}
    assert not re.search(r"\bPy[A-Z_]\w+\(|\bbb_raise\(", bodies[native_methods()[name]])


def test_a_borrowed_result_of_a_dictionary_is_not_kept_across_the_door() -> None:
    """PyDict_GetItem* borrows. dict.h takes a reference; elsewhere the same expression reads the result."""
    kept = [
        (name, line.strip())
        for name, text in SOURCES.items()
        for line in text.splitlines()
        if "PyDict_GetItem" in line and name != "dict.h" and not re.search(r"known = PyDict_GetItemWithError", line)
    ]
    assert kept == [("class_table.c", 'PyObject *generation = PyDict_GetItemString(info, "generation");')]


def test_a_pending_exception_is_dropped_for_a_reason() -> None:
    """bb_pending_survive() takes exceptions that user code raises in between; a PyErr_Clear() says why it is enough."""
    bare = [
        f"{name}: {line.strip()}"
        for name, text in SOURCES.items()
        for line in text.splitlines()
        if re.search(r"PyErr_Clear\(\);$", line) and name != "pending.c"
    ]
    assert bare == []


def test_tuples_are_made_of_values_that_are_there() -> None:
    """The garbage collector shows a tuple as soon as it exists; bb_tuple_take() makes it when its items are there."""
    around = {name for name, text in SOURCES.items() if re.search(r"\bPyTuple_(?:New|SetItem)\(", text)}
    assert around == {"tuple.c"}

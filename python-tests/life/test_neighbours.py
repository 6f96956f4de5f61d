"""Objects of this bridge for another one, the real one, in a process of its own. Either has started the JVM."""

from __future__ import annotations

import importlib.util
import re
import sys

import pytest

import bufferbridge as bb
from life.bridges import STARTS, dedented, program, require, script
from support.places import ROOT
from support.processes import output_of, run


@pytest.fixture(params=list(STARTS))
def neighbour(request: pytest.FixtureRequest) -> str:
    require(STARTS[request.param][0])
    return str(request.param)


@pytest.fixture(params=["jpype", "jpy", "jpy-joins"])
def neighbour_with_arrays(request: pytest.FixtureRequest) -> str:
    require(STARTS[request.param][0])
    return str(request.param)


# -------------------------------------------------------------------------------------------------- the same object


def test_the_other_bridge_gets_the_very_same_object(neighbour: str) -> None:
    code = """
        properties = bb.jclass("java.lang.System").getProperties()
        before = properties.size()
        hash_of = bb.jclass("java.lang.System").identityHashCode
        for name in "java.util.ArrayList", "java.lang.Object", "java.util.HashMap":
            ours = bb.jclass(name)()
            theirs = to(ours)
            assert find_class("java.lang.System").identityHashCode(theirs) == hash_of(ours)
            identical = bb.jclass("java.util.IdentityHashMap")()
            identical.put(ours, "found")
            assert identical.get(bb.wrap(theirs)) == "found" and identical.get(bb.jclass(name)()) is None
            assert to(theirs) is theirs
        print(properties.size() - before, to(None))
    """
    assert output_of(script(neighbour, code)) == "0 None"


def test_both_bridges_change_one_object(neighbour: str) -> None:
    code = """
        ours = bb.jclass("java.util.ArrayList")(["here"])
        theirs = to(ours)
        theirs.add("there")
        ours.add("again")
        print(ours, theirs.size())
    """
    assert output_of(script(neighbour, code)) == "[here, there, again] 3"


def test_an_object_lives_as_long_as_either_bridge_has_it(neighbour: str) -> None:
    code = """
        import gc
        ours = bb.jclass("java.util.ArrayList")(["kept"])
        dead = bb.jclass("java.lang.ref.WeakReference")(ours)
        theirs = to(ours)
        del ours
        gc.collect(); bb.jclass("java.lang.System").gc()
        print(theirs.size(), theirs.get(0))
        ours = bb.wrap(theirs)
        del theirs
        gc.collect(); bb.jclass("java.lang.System").gc()
        print(ours, dead.get() is not None)
    """
    assert output_of(script(neighbour, code)).splitlines() == ["1 kept", "[kept] True"]


def test_a_class_is_the_other_bridges_class(neighbour: str) -> None:
    code = """
        for name in "java.util.ArrayList", "java.io.IOException", "java.util.Map$Entry", "java.lang.Runnable":
            ours = bb.jclass(name)
            theirs = to(ours)
            assert bb.wrap(theirs) is ours and theirs == find_class(name), theirs
        print(to(bb.jclass("java.util.ArrayList"))().size())
        meta = bb.jclass("java.lang.Class").forName("java.util.Map")
        print(to(meta).getName(), bb.wrap(to(meta)) is bb.jclass("java.util.Map"))
    """
    assert output_of(script(neighbour, code)).splitlines() == ["0", "java.util.Map True"]


def test_an_exception_is_the_other_bridges_object(neighbour: str) -> None:
    code = """
        try:
            bb.jclass("java.lang.Integer").parseInt("x")
        except bb.JavaError as error:
            theirs = to(error)
            print(theirs.getMessage(), bb.wrap(theirs) == error.java_exception)
    """
    assert output_of(script(neighbour, code)) == 'For input string: "x" True'


def test_jpype_raises_an_exception_of_ours() -> None:
    code = """
        try:
            raise to(bb.jclass("java.io.IOException")("x"))
        except jpype.JException as error:
            print(type(error).__name__, error.getMessage())
    """
    assert output_of(script("jpype", code)) == "java.io.IOException x"


def test_memory_outside_the_heap_is_one_for_both(neighbour: str) -> None:
    code = """
        import numpy
        ours = bb.jclass("java.nio.ByteBuffer").allocateDirect(8)
        theirs = to(ours)
        numpy.asarray(ours)[3] = 42
        print(theirs.get(3))
        theirs.put(4, 43)
        print(memoryview(ours)[4])
    """
    assert output_of(script(neighbour, code)).splitlines() == ["42", "43"]


def test_an_array_is_one_for_both(neighbour_with_arrays: str) -> None:
    code = """
        arrays = [bb.jclass("int[]")(3), bb.jclass("java.lang.String[]")(3), bb.jclass("double[][]")(3)]
        for ours in arrays:
            theirs = to(ours)
            assert len(theirs) == 3 and bb.wrap(theirs) == ours, theirs
        arrays[0][1] = 5
        print(to(arrays[0])[1], to(bb.jclass("int[]")(0)) is not None)
    """
    assert output_of(script(neighbour_with_arrays, code)) == "5 True"


def test_pyjnius_which_copies_arrays_is_given_none() -> None:
    code = """
        for ours in bb.jclass("int[]")(3), bb.jclass("java.lang.String[]")(3):
            try:
                print("given", to(ours))
            except TypeError as error:
                print(error)
    """
    said = output_of(script("pyjnius", code)).splitlines()
    assert [line.split(":")[0] for line in said] == [
        f"pyjnius has no object for an array, such as this {name}" for name in ("int[]", "java.lang.String[]")
    ]


def test_a_lease_is_an_object_as_well() -> None:
    code = """
        with bb.retain(bytearray(b"abc")) as lease:
            theirs = to(lease)
            print(theirs.isOpen(), theirs.view().byteSize())
        print(theirs.isOpen())
    """
    assert output_of(script("jpype", code)).splitlines() == ["True 3", "False"]


def test_a_retained_lease_gives_the_other_bridge_a_view_until_it_is_closed(neighbour: str) -> None:
    code = """
        memory = bytearray(b"abc")
        with bb.retain(memory) as lease:
            theirs = to(lease.view().asByteBuffer())
            print(theirs.get(1))
            theirs.put(1, 66)
        try:
            print("read", theirs.get(1))
        except BaseException as error:
            print("IllegalStateException" in str(type(error)) + str(error) + repr(getattr(error, "classname", "")))
        memory.append(1)
        print(memory, bb.leases(), bb.leaks())
    """
    assert output_of(script(neighbour, code)).splitlines() == ["98", "True", "bytearray(b'aBc\\x01') [] []"]


def test_threads_hand_over_at_once(neighbour: str) -> None:
    code = """
        import threading
        properties = bb.jclass("java.lang.System").getProperties()
        before, wrong = properties.size(), []
        together = threading.Barrier(8)
        def hand_over(number):
            together.wait()
            for turn in range(50):
                ours = bb.jclass("java.util.ArrayList")([f"{number} {turn}"])
                theirs = to(ours)
                if bb.wrap(theirs) != ours or bb.wrap(theirs).get(0) != f"{number} {turn}":
                    wrong.append(number)
        threads = [threading.Thread(target=hand_over, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(wrong, properties.size() - before)
    """
    assert output_of(script(neighbour, code)) == "[] 0"


# -------------------------------------------------------------------------------------------------------- refusals


def test_values_of_python_are_refused(neighbour: str) -> None:
    code = """
        for value in 3, "text", bb.box(3, "long"), b"x", [1], bb.JavaError, bb:
            try:
                print("given", to(value))
            except TypeError as error:
                assert "converts Python's values itself" in str(error), error
        print("refused")
    """
    assert output_of(script(neighbour, code)) == "refused"


@pytest.mark.parametrize("neighbour", ["jpy", "pyjnius"])
def test_a_class_of_another_loader_is_refused_by_its_name(neighbour: str) -> None:
    require(neighbour)
    code = f"""
        start()
        bb.adopt(classpath=[TEST_CLASSES])
        {STARTS[neighbour][1].strip()}
        try:
            to(bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter"))
        except TypeError as error:
            print(error)
    """
    said = output_of(program(neighbour, code))
    assert said.startswith(
        f"{neighbour} does not find the class org.bufferbridge.fixtures.exporters.RecordingExporter by its name"
    )
    assert "put it on the JVM's class path" in said


@pytest.mark.parametrize("neighbour", ["jpype", "jpy"])
def test_an_object_whose_class_is_of_another_loader_is_handed_over(neighbour: str) -> None:
    require(neighbour)
    code = f"""
        start()
        bb.adopt(classpath=[TEST_CLASSES])
        {STARTS[neighbour][1].strip()}
        theirs = to(bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofBytes(3))
        memoryview(bb.wrap(theirs)).release()
        print(theirs.released())
        print(to(bb.jclass("java.util.function.Function").identity()).apply("itself"))
    """
    assert output_of(program(neighbour, code)).splitlines() == ["1", "itself"]


def test_pyjnius_is_given_no_object_of_a_hidden_class() -> None:
    code = """
        try:
            to(bb.jclass("java.util.function.Function").identity())
        except TypeError as error:
            print("hidden" in str(error))
    """
    assert output_of(script("pyjnius", code)) == "True"


@pytest.mark.parametrize(("module", "function"), [("jpype", "to_jpype"), ("jpy", "to_jpy"), ("pyjnius", "to_pyjnius")])
def test_a_bridge_without_a_jvm_is_refused_with_the_way(module: str, function: str) -> None:
    require(module)
    ours = bb.jclass("java.lang.Object")()
    with pytest.raises(RuntimeError, match=r"has no JVM; the way is .*bufferbridge\.(adopt|interop\.jpy\.join)\(\)"):
        getattr(getattr(bb.interop, module), function)(ours)


def test_a_bridge_whose_jvm_was_not_joined_is_refused(bridge: str) -> None:
    function = {"jpype": "jpype.to_jpype", "jpy": "jpy.to_jpy", "pyjnius": "pyjnius.to_pyjnius"}[bridge]
    code = f"""
        start()
        try:
            bb.interop.{function}(None)
        except RuntimeError as error:
            print(error)
    """
    said = output_of(program(bridge, code))
    assert (
        said == f"the JVM of {'JPype' if bridge == 'jpype' else bridge} was not joined; bufferbridge.adopt() joins it"
    )


def test_a_bridge_that_is_not_installed_is_named() -> None:
    code = """
        import importlib.util
        import bufferbridge as bb
        bb.start()
        importlib.util.find_spec = lambda name: None
        for ask in bb.interop.jpype.to_jpype, bb.interop.jpy.to_jpy, bb.interop.pyjnius.to_pyjnius, bb.interop.jpy.join:
            try:
                ask(None) if ask is not bb.interop.jpy.join else ask()
            except ModuleNotFoundError as error:
                print(error)
    """
    assert output_of(dedented(code)).splitlines() == [
        "JPype is not installed: python -m pip install JPype1",
        "jpy is not installed: python -m pip install jpy",
        "pyjnius is not installed: python -m pip install pyjnius",
        "jpy is not installed: python -m pip install jpy",
    ]


def test_importing_and_asking_imports_no_bridge() -> None:
    code = """
        import sys
        import bufferbridge as bb
        assert not [name for name in sys.modules if name.startswith("bufferbridge.interop")]
        bb.start()
        for module, function in ("jpype", "to_jpype"), ("jpy", "to_jpy"), ("pyjnius", "to_pyjnius"):
            try:
                getattr(getattr(bb.interop, module), function)(bb.jclass("java.lang.Object")())
            except (RuntimeError, ModuleNotFoundError):
                pass
        print([name for name in ("jpype", "_jpype", "jpy", "jnius") if name in sys.modules])
    """
    assert output_of(dedented(code)) == "[]"
    with pytest.raises(AttributeError, match=r"bufferbridge\.interop' has no attribute 'py4j'"):
        bb.interop.py4j  # type: ignore[attr-defined]


def test_jpy_that_was_imported_before_does_not_join() -> None:
    require("jpy")
    code = """
        import bufferbridge as bb
        bb.start()
        import jpy
        try:
            bb.interop.jpy.join()
        except RuntimeError as error:
            print(error)
    """
    assert output_of(dedented(code)) == (
        "jpy was imported before, and does not look for a JVM again; call join() before the import"
    )


def test_jpy_does_not_join_without_a_jvm() -> None:
    if importlib.util.find_spec("jpy") is None:
        pytest.skip("jpy is not installed for this interpreter")
    ran = run("import bufferbridge as bb; bb.interop.jpy.join()")
    assert "RuntimeError: no JVM is running in this process; call bufferbridge.start() first" in ran.stderr


# ------------------------------------------------------------------------------------------------------------- ends


def test_after_the_end_of_the_jvm_nothing_is_handed_over() -> None:
    code = """
        ours = bb.jclass("java.util.ArrayList")()
        jpype.shutdownJVM()
        try:
            to(ours)
        except RuntimeError as error:
            print(error)
    """
    assert output_of(script("jpype", code)) == "the JVM of this process has ended, and a process can have only one"


def test_a_process_ends_with_objects_that_both_have(neighbour: str) -> None:
    code = """
        import sys
        both = [(ours, to(ours)) for ours in (bb.jclass("java.util.ArrayList")() for _ in range(100))]
        sys.exit(7)
    """
    ran = run(script(neighbour, code))
    assert (ran.returncode, "Traceback" in ran.stderr) == (7, False), ran.stderr


def test_a_forked_child_hands_nothing_over(neighbour: str) -> None:
    code = """
        import os
        ours = bb.jclass("java.util.ArrayList")()
        child = os.fork()
        if child == 0:
            try:
                to(ours)
            except RuntimeError as error:
                os._exit(3 if "does not survive a fork" in str(error) else 4)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    assert output_of(script(neighbour, code)) == "3"


# -------------------------------------------------------------------------------------------------------- the page

PAGE = (ROOT / "docs" / "guides" / "with-other-bridges.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("number", "bridge"), [(0, "jpype"), (1, "jpype"), (2, "jpy"), (3, "jpype")], ids=["back", "lend", "retain", "live"]
)
def test_the_page_of_other_bridges_does_what_it_shows(number: int, bridge: str) -> None:
    require(bridge)
    assert len(BLOCKS) == 4
    if "register()" in BLOCKS[number] and sys.version_info < (3, 12):
        assert "RuntimeError: the buffer of JPype's arrays can be replaced from Python 3.12 on" in run(BLOCKS[3]).stderr
    else:
        assert output_of(BLOCKS[number]) == ""

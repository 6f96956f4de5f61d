"""JPype's arrays as live buffers, after bb.interop.jpype.register(): each case in a process of its own."""

from __future__ import annotations

import sys

import pytest

from life.bridges import dedented, script
from support.processes import output_of, run

needs_buffer_slot = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="no class of Python 3.11 can replace its buffer: test_before_python_3_12"
)

START = """
        import gc, _jpype
        import numpy as np
        bb.interop.jpype.register()
        def refused(call):
            try:
                return f"taken {call()}"
            except Exception as error:
                return type(error).__name__
"""


def jpypes(code: str, *options: str) -> str:
    started = script("jpype", "").replace("\nstart()\n", f"\nstart(*{options or ('-XX:+UseG1GC',)!r})\n")
    return started + dedented(START) + "\n" + dedented(code)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="a class of Python 3.12 can: the other tests here")
def test_before_python_3_12_registering_arrays_is_refused_and_wrap_is_the_way() -> None:
    code = """
        import numpy as np
        theirs = jpype.JArray(jpype.JInt)([1, 2, 3])
        try:
            bb.interop.jpype.register()
        except RuntimeError as error:
            print(error)
        print(np.asarray(theirs).flags.writeable)
        live = np.asarray(bb.wrap(theirs))
        theirs[0] = 7
        print(live)
    """
    assert output_of(script("jpype", code)).splitlines() == [
        "the buffer of JPype's arrays can be replaced from Python 3.12 on, and this is Python 3.11; "
        "register(live_arrays=False) registers the arguments, and numpy.asarray(bufferbridge.wrap(x)) is live",
        "False",
        "[7 2 3]",
    ]


@needs_buffer_slot
def test_an_array_of_each_type_is_live_in_both_directions() -> None:
    code = """
        for name in "boolean", "byte", "char", "short", "int", "long", "float", "double":
            theirs = jpype.JArray(getattr(jpype, "J" + name.title()))(3)
            live, view = np.asarray(theirs), memoryview(theirs)
            live[1] = 1
            assert theirs[1] == ("\\x01" if name == "char" else 1), name
            theirs[2] = "\\x01" if name == "char" else 1
            assert live.tolist() == view.tolist() == [0, 1, 1], name
            assert len(bb.exports()) == 2
            del live, view
        gc.collect()
        print(bb.exports(), bb.holdings())
    """
    assert output_of(jpypes(code)) == "[] []"


@needs_buffer_slot
def test_the_memory_outlives_jpypes_object() -> None:
    code = """
        theirs = jpype.JArray(jpype.JInt)(1000)
        live = np.asarray(theirs)
        del theirs
        for turn in range(3):
            garbage = [jpype.JArray(jpype.JInt)(10000) for _ in range(100)]
            jpype.java.lang.System.gc()
        live[:] = range(1000)
        print(live.sum(), len(bb.exports()))
        del live
        gc.collect()
        print(bb.exports())
    """
    assert output_of(jpypes(code)).splitlines() == ["499500 1", "[]"]


@needs_buffer_slot
def test_a_slice_is_refused_and_none_is_copied_in_silence() -> None:
    code = """
        theirs = jpype.JArray(jpype.JInt)([1, 2, 3])
        for part in theirs[1:], theirs[:], theirs[::-1]:
            print([refused(lambda: ask(part)) for ask in (np.asarray, memoryview, np.array, bytes)])
        print(np.asarray(theirs)[::-1].tolist(), np.asarray(jpype.JArray(jpype.JInt)(0)).shape)
    """
    assert output_of(jpypes(code)).splitlines() == [
        *["['TypeError', 'TypeError', 'TypeError', 'TypeError']"] * 3,
        "[3, 2, 1] (0,)",
    ]


@needs_buffer_slot
def test_an_array_that_cannot_be_pinned_is_refused_and_not_copied() -> None:
    code = """
        theirs = jpype.JArray(jpype.JInt)([1, 2, 3])
        print([refused(lambda: ask(theirs)) for ask in (memoryview, np.asarray, np.array)], len(theirs))
    """
    assert (
        output_of(jpypes(code, "-XX:+UseParallelGC")) == "['JavaBufferError', 'JavaBufferError', 'JavaBufferError'] 3"
    )


@needs_buffer_slot
def test_jpype_itself_uses_its_arrays_as_before() -> None:
    code = """
        theirs, other = jpype.JArray(jpype.JInt)([1, 2, 3, 4]), jpype.JArray(jpype.JInt)(4)
        other[0:2] = theirs[2:4]
        print(list(other), end=" ")
        other[0:4] = theirs
        print(list(other), list(jpype.JArray(jpype.JInt) @ (jpype.JObject @ theirs[1:3])), end=" ")
        doubles = jpype.JArray(jpype.JDouble)(np.arange(3.0))
        print(jpype.java.util.Arrays.toString(doubles), list(jpype.JArray(jpype.JInt)(theirs)))
        print(np.array(jpype.JArray.of(np.ones((2, 2)))).tolist(), bb.exports())
    """
    assert output_of(jpypes(code)).splitlines() == [
        "[3, 4, 0, 0] [1, 2, 3, 4] [2, 3] [0.0, 1.0, 2.0] [1, 2, 3, 4]",
        "[[1.0, 1.0], [1.0, 1.0]] []",
    ]


@needs_buffer_slot
def test_unregistering_gives_jpype_its_buffer_back() -> None:
    code = """
        theirs = jpype.JArray(jpype.JInt)([1, 2, 3])
        live = np.asarray(theirs)
        bb.interop.jpype.unregister(); bb.interop.jpype.unregister()
        copy = np.asarray(theirs)
        theirs[0] = 9
        print(live.tolist(), copy.tolist(), copy.flags.writeable, "__array__" in _jpype._JArrayPrimitive.__dict__)
        bb.interop.jpype.register(live_arrays=False)
        print(np.asarray(theirs).flags.writeable)
        bb.interop.jpype.register(); bb.interop.jpype.register()
        print(np.asarray(theirs).flags.writeable)
    """
    assert output_of(jpypes(code)).splitlines() == ["[9, 2, 3] [1, 2, 3] False False", "False", "True"]


@needs_buffer_slot
def test_what_is_live_survives_the_end_of_the_jvm() -> None:
    code = """
        theirs = jpype.JArray(jpype.JInt)([1, 2, 3])
        live = np.asarray(theirs)
        jpype.shutdownJVM()
        print(live.tolist(), refused(lambda: memoryview(theirs)), refused(lambda: np.asarray(theirs)))
    """
    assert output_of(jpypes(code)) == "[1, 2, 3] RuntimeError RuntimeError"


@needs_buffer_slot
def test_the_process_ends_while_arrays_are_live() -> None:
    code = """
        import sys
        kept = [np.asarray(jpype.JArray(jpype.JInt)(3)) for turn in range(10)]
        sys.exit(7)
    """
    ran = run(jpypes(code))
    assert (ran.returncode, "Traceback" in ran.stderr) == (7, False), ran.stderr


@needs_buffer_slot
def test_threads_share_arrays_at_once() -> None:
    code = """
        import threading
        together, wrong = threading.Barrier(8), []
        def use(number):
            together.wait()
            for turn in range(50):
                theirs = jpype.JArray(jpype.JInt)([number] * 3)
                live = np.asarray(theirs)
                live[1] = turn
                if list(theirs) != [number, turn, number] or "TypeError" != refused(lambda: memoryview(theirs[:2])):
                    wrong.append(number)
                del live
        threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gc.collect()
        print(wrong, bb.exports())
    """
    assert output_of(jpypes(code)) == "[] []"

"""Memory that Java code does not close is reported, as the leak level says; memory that it closes is not."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import bufferbridge as bb
from support.processes import output_of, run

pytestmark = pytest.mark.usefixtures("simple_leak_level")


@pytest.fixture
def leasing() -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


@pytest.fixture
def log() -> bb.JavaClass:
    """The messages of the library to its Java logger."""
    log = bb.jclass("org.bufferbridge.fixtures.processes.Log")
    log.listen()
    yield log
    log.stop()


def wait_for_collection(is_done: Callable[[], bool]) -> None:
    """Waits until Java's collector has found the leaks."""
    memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
    for _ in range(200):
        memories.collectGarbage()
        if is_done():
            return
        time.sleep(0.01)
    raise AssertionError("nothing was found by 200 collections")


def forget_lease(leasing: bb.JavaClass, owner: object) -> None:
    leasing.forget(owner)
    wait_for_collection(lambda: bb.leases() == [])


def counts_of(owner: type) -> list[tuple[int, int]]:
    return [(leak.count, leak.nbytes) for leak in bb.leaks() if leak.owner == owner.__qualname__]


def messages(log: bb.JavaClass, part: str) -> list[str]:
    told = log.messages()
    return [told.get(i) for i in range(told.size()) if part in told.get(i)]


def test_a_forgotten_lease_is_reported_with_type_bytes_and_request(leasing: bb.JavaClass, log: bb.JavaClass) -> None:
    class Forgotten(bytearray):
        pass

    bb.set_leak_level("simple")
    forget_lease(leasing, Forgotten(123))
    [leak] = [leak for leak in bb.leaks() if leak.owner == Forgotten.__qualname__]
    assert leak == bb.LeakInfo("lease", Forgotten.__qualname__, 0x11C, 1, 123, None, None)
    [message] = messages(log, Forgotten.__qualname__)
    assert message.startswith("WARNING: a PythonBuffer was never closed")
    assert "123 bytes, BufferRequest[FULL_RO]" in message
    assert "ADVANCED would tell where" in message


def test_the_buffer_of_a_forgotten_lease_is_given_back(leasing: bb.JavaClass) -> None:
    owner = bytearray(10)
    forget_lease(leasing, owner)
    owner.append(1)


def test_a_second_leak_of_a_type_is_counted_and_not_reported(leasing: bb.JavaClass, log: bb.JavaClass) -> None:
    class Repeated(bytearray):
        pass

    bb.set_leak_level("simple")
    for _ in range(3):
        forget_lease(leasing, Repeated(10))
    assert counts_of(Repeated) == [(3, 30)]
    assert len(messages(log, Repeated.__qualname__)) == 1


def test_leaks_from_two_places_are_told_apart_where_there_are_stacks(leasing: bb.JavaClass, log: bb.JavaClass) -> None:
    class Placed(bytearray):
        pass

    bb.set_leak_level("advanced")
    forget_lease(leasing, Placed(1))
    forget_lease(leasing, Placed(2))
    assert counts_of(Placed) == [(1, 1), (1, 2)]
    assert len(messages(log, Placed.__qualname__)) == 2


def test_the_report_has_the_stacks_of_both_languages(leasing: bb.JavaClass, log: bb.JavaClass) -> None:
    class Traced(bytearray):
        pass

    bb.set_leak_level("advanced")
    forget_lease(leasing, Traced(1))
    [leak] = [leak for leak in bb.leaks() if leak.owner == Traced.__qualname__]
    assert "forget_lease(leasing, Traced(1))" in leak.python_stack
    assert "org.bufferbridge.fixtures.leases.Leasing.forget(Leasing.java:" in leak.java_stack
    [message] = messages(log, Traced.__qualname__)
    assert leak.python_stack in message
    assert leak.java_stack in message


def test_off_reports_nothing(leasing: bb.JavaClass, log: bb.JavaClass) -> None:
    class Unwatched(bytearray):
        pass

    bb.set_leak_level("off")
    forget_lease(leasing, Unwatched(1))
    assert counts_of(Unwatched) == []
    assert messages(log, Unwatched.__qualname__) == []


@pytest.mark.parametrize("level", ["simple", "paranoid"])
def test_a_lease_that_is_closed_is_no_leak(leasing: bb.JavaClass, level: bb.LeakLevel) -> None:
    class Closed(bytearray):
        pass

    bb.set_leak_level(level)
    leasing.retain(Closed(1))
    leasing.closeKept()
    forget_lease(leasing, bytearray(1))
    assert counts_of(Closed) == []


def test_a_forgotten_arena_is_reported_with_its_bytes(log: bb.JavaClass) -> None:
    bb.set_leak_level("paranoid")
    bb.jclass("org.bufferbridge.fixtures.memory.Memories").forgetArena(4096)
    wait_for_collection(lambda: messages(log, "an ExportArena was never closed") != [])
    leak = [leak for leak in bb.leaks() if leak.kind == "arena"][-1]
    assert (leak.owner, leak.request, leak.nbytes) == ("org.bufferbridge.ExportArena", None, 4096)
    assert "Memories.forgetArena" in leak.java_stack
    assert len(messages(log, "an ExportArena was never closed")) == 1


def test_an_arena_that_is_closed_is_no_leak() -> None:
    arenas = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
    before = [leak for leak in bb.leaks() if leak.kind == "arena"]
    arenas.exporting().close()
    bb.jclass("org.bufferbridge.fixtures.leases.Leasing").forget(bytearray(1))
    wait_for_collection(lambda: bb.leases() == [])
    assert [leak for leak in bb.leaks() if leak.kind == "arena"] == before


# ------------------------------------------------------------------------------------------- the level


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="'loud' is none of off, simple, advanced, paranoid"):
        bb.set_leak_level("loud")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'loud' is none of off, simple, advanced, paranoid"):
        bb.start(leak_level="loud")  # type: ignore[arg-type]


def test_start_sets_the_level_of_a_running_jvm() -> None:
    bb.start(leak_level="off")
    assert bb.leak_level() == "off"
    bb.start()
    assert bb.leak_level() == "off"


def test_the_level_is_known_in_java() -> None:
    bb.set_leak_level("advanced")
    assert bb.jclass("org.bufferbridge.Leaks").level().name() == "ADVANCED"


def level_of(arguments: str, **environment: str) -> str:
    return output_of(
        f"import bufferbridge as bb\nbb.start({arguments})\nprint(bb.leak_level())",
        **{"BUFFERBRIDGE_LEAKS": "", **environment},
    )


def test_without_a_word_the_level_is_simple() -> None:
    assert level_of("") == "simple"


def test_the_environment_sets_the_level() -> None:
    assert level_of("", BUFFERBRIDGE_LEAKS="paranoid") == "paranoid"


def test_the_system_property_wins_over_the_environment() -> None:
    assert level_of("options=['-Dbufferbridge.leaks=off']", BUFFERBRIDGE_LEAKS="paranoid") == "off"


def test_the_argument_wins_over_the_system_property() -> None:
    assert level_of("options=['-Dbufferbridge.leaks=off'], leak_level='advanced'") == "advanced"


def test_an_environment_with_another_word_is_complained_about() -> None:
    code = "import bufferbridge as bb\nbb.start()\nprint(bb.leak_level())"
    ran = run(code, BUFFERBRIDGE_LEAKS="loud")
    assert ran.stdout.strip() == "simple"
    assert "the leak level loud is none of off, simple, advanced, paranoid" in ran.stderr


# --------------------------------------------------------------------------------------------- at exit

AT_EXIT = """
    bb.set_leak_level({level!r})
    view = memoryview(bb.empty(10, "d"))
    bb.jclass("org.bufferbridge.fixtures.leases.Leasing").retain(bytearray(100))
"""


@pytest.mark.parametrize("level", ["advanced", "paranoid"])
def test_what_is_out_at_exit_is_reported_from_advanced_on(level: str) -> None:
    ran = run(AT_EXIT.format(level=level), started=True)
    assert ran.returncode == 0
    assert "an export of org.bufferbridge.BufferView, 80 bytes, is out at exit" in ran.stderr
    assert "a lease of bytearray, 100 bytes, is out at exit\nacquired in Java:\n\tat org." in ran.stderr
    assert "Leasing.retain" in ran.stderr


@pytest.mark.parametrize("level", ["off", "simple"])
def test_what_is_out_at_exit_is_not_reported_before(level: str) -> None:
    ran = run(AT_EXIT.format(level=level), started=True)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_nothing_is_reported_at_exit_when_nothing_is_out() -> None:
    ran = run("bb.set_leak_level('paranoid')\nmemoryview(bb.empty(10, 'd')).release()", started=True)
    assert (ran.returncode, ran.stderr) == (0, "")


# --------------------------------------------------------------------------------------------- logging


def test_refusals_are_told_to_both_loggers(caplog: pytest.LogCaptureFixture, log: bb.JavaClass) -> None:
    read_only = bb.jclass("java.nio.ByteBuffer").allocateDirect(3).asReadOnlyBuffer()
    with caplog.at_level("DEBUG", "bufferbridge"), pytest.raises(TypeError, match="read-write"):
        struct.pack_into("b", read_only, 0, 1)
    [told] = [record for record in caplog.records if record.getMessage().startswith("refused: ")]
    assert (told.name, told.levelname) == ("bufferbridge", "DEBUG")
    assert "request 0x1: " in told.getMessage()
    assert "read-only" in told.getMessage()
    [message] = messages(log, "refused: ")
    assert message.startswith("DEBUG: ")
    assert "WRITABLE" in message


def test_a_question_is_no_refusal(caplog: pytest.LogCaptureFixture, log: bb.JavaClass) -> None:
    read_only = bb.jclass("java.nio.ByteBuffer").allocateDirect(3).asReadOnlyBuffer()
    with caplog.at_level("DEBUG", "bufferbridge"):
        assert not read_only.supports(1)
    assert caplog.records == []
    assert messages(log, "refused: ") == []


def test_the_start_is_told_to_pythons_logger() -> None:
    code = """
        import logging
        logging.basicConfig(level="INFO", format="%(levelname)s %(name)s %(message)s")
        import bufferbridge as bb
        bb.start()
    """
    ran = run(code)
    assert ran.returncode == 0, ran.stderr
    [line] = [line for line in ran.stderr.splitlines() if line.startswith("INFO bufferbridge the JVM ")]
    assert Path(line.split()[4]).exists()

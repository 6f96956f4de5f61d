"""A start that fails says why in the JVM's own words, and leaves the process able to start again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bufferbridge import _check, _command_line, _jvm
from support.places import TEST_CLASSES
from support.processes import output_of, run

AGAIN = f"""
    import bufferbridge as bb

    def fails(options, words):
        try:
            bb.start(classpath=[{str(TEST_CLASSES)!r}], options=options)
        except RuntimeError as error:
            assert words in str(error) and str(options) in str(error), error
            assert not bb.is_running()
        else:
            raise AssertionError(options)

    def starts(options=()):
        bb.start(classpath=[{str(TEST_CLASSES)!r}], options=options)
        memories = bb.jclass("org.bufferbridge.fixtures.Memories")
        loader = bb.jclass("java.lang.ClassLoader").getSystemClassLoader()
        assert loader.loadClass("org.bufferbridge.fixtures.Memories").getName() == memories.__name__
        path = bb.jclass("java.lang.System").getProperty("java.class.path")
        assert {str(TEST_CLASSES)!r} in path.split(":"), path
        view = memoryview(bb.empty(3)); view[1] = 7; view.release()
        print("started")
"""

# What ends the process of a JVM, and what its creation refuses.
WRONG = {
    "unknown-option": (["-XX:+NoSuch"], "Unrecognized VM option 'NoSuch'"),
    "malformed-size": (["-Xmx1gg"], "Invalid maximum heap size: -Xmx1gg"),
    "first-heap-above-the-largest": (["-Xmx10m", "-Xms1g"], "larger value than the maximum heap size"),
    "more-memory-than-there-is": (["-Xms900g"], "966367641600 bytes"),
    "missing-agent": (["-javaagent:/no/such.jar"], "/no/such.jar"),
    "missing-module": (["--add-modules=no.such.module"], "Module no.such.module not found"),
    "two-collectors": (["-XX:+UseSerialGC", "-XX:+UseParallelGC"], "Multiple garbage collectors selected"),
    "missing-class-loader": (["-Djava.system.class.loader=no.Such"], "no.Such"),
}


@pytest.mark.parametrize(("options", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_option_is_told_in_the_jvms_words_and_the_next_start_goes_on(
    options: list[str], words: str, tmp_path: Path
) -> None:
    ran = run(AGAIN + f"    fails({options!r}, {words!r}); starts()", cwd=tmp_path)
    assert ran.returncode == 0 and ran.stdout == "started\n", ran.stderr
    assert ran.stderr == ""
    assert list(tmp_path.iterdir()) == [], "a JVM that was only tried has left a file"


def test_starts_may_fail_again_and_again() -> None:
    code = AGAIN + """
    for _ in range(2):
        fails(["-Xmx1gg"], "Invalid maximum heap size")
    fails(["-XX:+NoSuch"], "NoSuch")
    starts(["-Xmx64m", "-Xms32m"])
    """
    assert output_of(code) == "started"


UNCHECKED = """
    from bufferbridge import _check
    _check.require_start = lambda *arguments: None

    def refused(options, words):
        try:
            bb.start(options=options)
        except RuntimeError as error:
            assert words in str(error) and "JNI error" in str(error), error
"""


@pytest.mark.parametrize("options", [["-XX:+NoSuch"], ["-Xmx1gg"], ["-XX:+NoSuch", "-XX:+UseSerialGC"]], ids=" ".join)
def test_a_creation_that_is_refused_in_the_process_itself_can_be_repeated(options: list[str]) -> None:
    """The JVM has no class path then: its system class loader is given the entries one by one."""
    words = "Unrecognized VM option 'NoSuch'" if "NoSuch" in options[0] else "Invalid maximum heap size: -Xmx1gg"
    code = AGAIN + UNCHECKED + f"    refused({options!r}, {words!r}); refused({options!r}, {words!r}); starts()"
    assert output_of(code) == "started"


def test_providers_of_the_class_path_are_found_after_a_refusal(tmp_path: Path) -> None:
    services = tmp_path / "META-INF" / "services"
    services.mkdir(parents=True)
    (services / "org.bufferbridge.BufferExporterProvider").write_text("no.such.Provider\n")
    code = AGAIN + UNCHECKED + f"""
    refused(["-XX:+NoSuch"], "NoSuch")
    bb.start(classpath=[{str(tmp_path)!r}])
    print(bb.jclass("java.util.ArrayList")().size())
    """
    ran = run(code)
    assert ran.stdout == "0\n", ran.stderr
    assert "no.such.Provider" in ran.stderr


def test_adopting_after_a_failed_start_says_that_there_is_none() -> None:
    code = AGAIN + """
    fails(["-XX:+NoSuch"], "NoSuch")
    try:
        bb.adopt()
    except RuntimeError as error:
        print(error)
    starts()
    """
    assert output_of(code) == "no JVM is running in this process; bufferbridge.start() starts one\nstarted"


def test_what_the_jvm_says_while_it_starts_is_shown() -> None:
    ran = run("import bufferbridge as bb; bb.start()", JAVA_TOOL_OPTIONS="-Dsome=thing")
    assert ran.returncode == 0
    assert ran.stderr == "Picked up JAVA_TOOL_OPTIONS: -Dsome=thing\n"


# ----------------------------------------------------------------------- what is tried first


@pytest.mark.parametrize(
    "options",
    [[], ["-ea", "-Xmx512m"], ["-Dcolour=red", "-da:org.example"], ["-XX:+UseSerialGC", "-Xmx64m"], ["-Dempty"]],
    ids=" ".join,
)
def test_harmless_options_are_not_tried(options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(_check, "_try", never)
    _check.require_start("libjvm", options, options)


@pytest.mark.parametrize(
    "options",
    [
        ["-Xmx900t"], ["-Xmx1k"], ["-Xms1m"], ["-XX:+UseSerialGC", "-XX:+UseG1GC"], ["-Djava.system.class.loader=A"],
        ["-javaagent:a.jar"], ["-Djava.security.manager"], ["-XX:+UseZGC"], ["-ea", "-Xss1m"],
    ],
    ids=" ".join,
)
def test_options_that_may_end_a_process_are_tried(options: list[str]) -> None:
    assert not _check.is_harmless(options)


def test_the_same_options_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(_check, "_try", lambda library, options: tried.append(library))
    for _ in range(3):
        _check.require_start("once", ["-Xss1m"], ["-Xss1m"])
    assert tried == ["once"]
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xss2m")
    _check.require_start("once", ["-Xss1m"], ["-Xss1m"])
    assert tried == ["once", "once"]


def test_wrong_options_of_the_environment_are_found_too() -> None:
    code = AGAIN + """
    import os
    os.environ["_JAVA_OPTIONS"] = "-Xmx10m -Xms1g"
    try:
        bb.start()
    except RuntimeError as error:
        assert "larger value than the maximum heap size" in str(error) and "'-Xms1g'" in str(error), error
    del os.environ["_JAVA_OPTIONS"]
    starts()
    """
    assert output_of(code) == "started"


@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_a_debugger_that_is_waited_for_does_not_wait_twice(
    by_environment: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial leaves the debugger's agent out; with it nothing would come back from it."""
    found, _ = _jvm.find()
    debugger = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0"
    if by_environment:
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", f"-Dsome=thing {debugger}")
    options = ["-Xss1m"] if by_environment else [debugger, "-Xss1m"]
    begun = time.monotonic()
    _check.require_start(str(found.library), options, options)
    assert time.monotonic() - begun < _check._PATIENCE


def test_a_program_that_is_no_python_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert _check._try("libjvm", ["-XX:+NoSuch"]) is None


# ------------------------------------------------------------------------- the command line


def test_a_null_character_is_refused() -> None:
    with pytest.raises(ValueError, match="null character"):
        _command_line.options_of(["-Daudit=before\0after"])
    with pytest.raises(ValueError, match="null character"):
        _command_line.class_path(["a\0b.jar"])


def test_a_file_of_arguments_is_the_java_programs() -> None:
    with pytest.raises(ValueError, match="-XX:VMOptionsFile=options.txt reads a file"):
        _command_line.options_of(["@options.txt"])


def test_options_in_place_of_the_class_path_name_the_parameter() -> None:
    with pytest.raises(FileNotFoundError, match=r"'-Xmx1g' does not exist; JVM options are given as options="):
        _command_line.class_path("-Xmx1g")


def test_a_jvm_in_place_of_the_class_path_names_the_parameter() -> None:
    with pytest.raises(ValueError, match="is a JVM's folder; it is given as jvm="):
        _command_line.class_path(str(_jvm.find()[0].home))


def test_a_pattern_of_the_class_path_has_to_match(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="matches no jar"):
        _command_line.class_path([tmp_path / "*"])
    (tmp_path / "a.jar").touch()
    assert _command_line.class_path([tmp_path / "*"]) == (str(tmp_path / "a.jar"),)


def test_a_pattern_takes_the_folders_name_literally(tmp_path: Path) -> None:
    folder = tmp_path / "lib[1]"
    folder.mkdir()
    (folder / "a.jar").touch()
    assert _command_line.class_path([folder / "*"]) == (str(folder / "a.jar"),)


def test_names_that_are_not_utf8_reach_the_jvm_as_bytes(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/cl\xff"
    os.mkdir(folder)
    code = f"""
        import bufferbridge as bb, os
        bb.start(classpath=[os.fsdecode({folder!r})], options=["-Dname=" + os.fsdecode(b"a\\xffb")])
        print(bb.jclass("java.lang.System").getProperty("name") is not None)
    """
    assert output_of(code) == "True"


@pytest.mark.parametrize(
    ("option", "content"),
    [("-XX:VMOptionsFile={}", "-XX:+UseSerialGC\n"), ("-XX:Flags={}", "+UseSerialGC\n")],
    ids=["VMOptionsFile", "Flags"],
)
def test_a_collector_that_a_file_names_wins(option: str, content: str, tmp_path: Path) -> None:
    file = tmp_path / "options.txt"
    file.write_text(content)
    code = f"""
        import bufferbridge as bb
        bb.start(options=[{option.format(file)!r}])
        print(bb.jclass("java.lang.management.ManagementFactory").getGarbageCollectorMXBeans().get(0).getName())
    """
    assert output_of(code) == "Copy"


def test_a_collector_of_the_environment_wins() -> None:
    code = """
        import bufferbridge as bb
        bb.start()
        print(bb.jclass("java.lang.management.ManagementFactory").getGarbageCollectorMXBeans().get(0).getName())
    """
    assert output_of(code, JAVA_TOOL_OPTIONS="-XX:+UseSerialGC") == "Copy"


@pytest.mark.parametrize(
    ("version", "has_it", "collector"),
    [
        ("25", True, "Shenandoah"), ("25.0.2", True, "Shenandoah"), ("25.0.2.1", True, "Shenandoah"),
        ("25.0.2", False, "G1"), ("25.0.3", True, "G1"), ("25.0.10", True, "G1"), ("25.1", True, "G1"),
        ("24.0.1", True, "G1"), ("26", True, "G1"),
    ],
    ids=str,
)  # fmt: skip
def test_the_default_collector_can_pin(version: str, has_it: bool, collector: str, tmp_path: Path) -> None:
    library = tmp_path / "libjvm.so"
    library.write_bytes(b"\0Shenandoah Pauses\0" if has_it else b"\0G1\0")
    found = _jvm.Jvm(tmp_path, library, int(version.split(".")[0]), version, "test")
    assert _command_line.default_collector(found) == collector


# ---------------------------------------------------------------------------------- threads


THREADS = AGAIN + """
    import threading
    barrier, outcomes = threading.Barrier(8), []

    def begin(number):
        barrier.wait()
        try:
            bb.start(classpath=[CLASSES], options=options_of(number))
            outcomes.append("started")
        except RuntimeError as error:
            outcomes.append("refused" if "did not start" in str(error) else str(error))

    def all_begin():
        threads = [threading.Thread(target=begin, args=[number]) for number in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
""".replace("CLASSES", repr(str(TEST_CLASSES)))


def test_eight_threads_start_one_jvm() -> None:
    code = THREADS + """
    options_of = lambda number: []
    all_begin(); starts(); print(outcomes == ["started"] * 8)
    """
    assert output_of(code) == "started\nTrue"


def test_a_start_that_fails_leaves_the_others_theirs() -> None:
    code = THREADS + """
    options_of = lambda number: ["-Xmx1gg"] if number % 2 else []
    all_begin(); starts()
    failures = [outcome for outcome in outcomes if outcome != "started"]
    assert outcomes.count("started") == 4, outcomes
    assert all(outcome == "refused" or "cannot be restarted" in outcome for outcome in failures), failures
    """
    assert output_of(code) == "started"


@pytest.mark.parametrize("options", [[], ["-Xms64m"]], ids=["harmless", "tried"])
def test_an_interrupted_start_can_be_repeated(options: list[str]) -> None:
    """Ctrl-C at 20 moments of the start: afterwards the JVM is there and armed, or can be started."""
    code = AGAIN + f"""
    import os, signal, threading, time
    signal.signal(signal.SIGINT, signal.default_int_handler)
    begins = threading.Event()
    threading.Thread(target=lambda: (begins.wait(), time.sleep(DELAY), os.kill(os.getpid(), signal.SIGINT))).start()
    try:
        begins.set()
        bb.start(classpath=[{str(TEST_CLASSES)!r}], options={options!r})
        time.sleep(1)
    except KeyboardInterrupt:
        pass
    starts({options!r})
    from bufferbridge import _start
    assert _start._attempt is None and _start._running is not None
    """
    for step in range(20):
        ran = run(code.replace("DELAY", str(step * 0.005)))
        assert (ran.returncode, ran.stdout) == (0, "started\n"), ran.stderr


@pytest.mark.parametrize("place", ["create_jvm", "give_back_fault_signals"])
def test_an_interrupt_behind_the_jvms_start_leaves_no_step_out(place: str) -> None:
    """Ctrl-C is raised as soon as a native function has returned: here each time behind the same one."""
    code = f"""
        import bufferbridge as bb
        from bufferbridge import _native, _start
        real, interrupts = _native.{place}, [KeyboardInterrupt]

        def interrupted(*arguments):
            said = real(*arguments)
            if interrupts:
                raise interrupts.pop()
            return said

        _native.{place} = interrupted
        try:
            bb.start()
        except KeyboardInterrupt:
            print(bb.is_running(), _start._running is not None, _start._attempt is None)
            bb.start(options=[])
    """
    assert output_of(code) == "True True True"


def test_a_start_within_a_start_is_refused() -> None:
    code = AGAIN + f"""
    import logging
    class Eager(logging.Handler):
        def emit(self, record):
            try:
                bb.start()
            except RuntimeError as error:
                print(error)
    logging.getLogger("bufferbridge").addHandler(Eager())
    logging.getLogger("bufferbridge").setLevel(logging.DEBUG)
    bb.start(classpath=[{str(TEST_CLASSES)!r}])
    logging.getLogger("bufferbridge").handlers.clear()
    starts()
    """
    lines = output_of(code).splitlines()
    assert lines[0] == "this thread is starting the JVM already" and lines[-1] == "started"


def test_a_child_forked_amid_a_start_is_refused() -> None:
    code = """
        import bufferbridge as bb, os, threading
        from bufferbridge import _start
        held, done = threading.Event(), threading.Event()

        def hold():
            with _start.alone():
                held.set()
                done.wait()

        threading.Thread(target=hold).start()
        held.wait()
        if os.fork() == 0:
            try:
                bb.start()
            except RuntimeError as error:
                print(error, flush=True)
            os._exit(0)
        os.wait()
        done.set()
        bb.start()
        print(bb.is_running())
    """
    said, running = output_of(code, "-W", "ignore").splitlines()
    assert "forked while its parent started the JVM" in said and running == "True"


def test_the_trial_ends_with_the_process_that_asked_for_it(tmp_path: Path) -> None:
    """Ctrl-C while options are tried: KeyboardInterrupt, and nothing goes on behind it."""
    pause = tmp_path / "pause"  # the JVM waits as long as there is this file, which it makes itself
    code = f"""
        import bufferbridge as bb, os, signal, threading
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            bb.start(options=["-XX:+UnlockDiagnosticVMOptions", "-XX:+PauseAtStartup", "-XX:PauseAtStartupFile={pause}"])
        except KeyboardInterrupt:
            print("interrupted", bb.is_running())
    """
    begun = time.monotonic()
    assert output_of(code) == "interrupted False"
    assert time.monotonic() - begun < _check._PATIENCE / 2
    assert pause.exists()

"""A start that fails says why in the JVM's own words, and leaves the process able to start again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bufferbridge._process import check, jvms
from life.starts import AGAIN
from support.processes import output_of, run

# Options that end the process of a JVM, or that make its creation fail.
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
    code = (
        AGAIN
        + """
    for _ in range(2):
        fails(["-Xmx1gg"], "Invalid maximum heap size")
    fails(["-XX:+NoSuch"], "NoSuch")
    starts(["-Xmx64m", "-Xms32m"])
    """
    )
    assert output_of(code) == "started"


UNCHECKED = """
    from bufferbridge._process import check
    check.require_start = lambda *arguments: None

    def refused(options, words):
        try:
            bb.start(options=options)
        except RuntimeError as error:
            assert words in str(error) and "JNI error" in str(error), error
"""


@pytest.mark.parametrize("options", [["-XX:+NoSuch"], ["-Xmx1gg"], ["-XX:+NoSuch", "-XX:+UseSerialGC"]], ids=" ".join)
def test_a_creation_that_is_refused_in_the_process_itself_can_be_repeated(options: list[str]) -> None:
    """That JVM has no class path, so its system class loader gets the entries one by one."""
    words = "Unrecognized VM option 'NoSuch'" if "NoSuch" in options[0] else "Invalid maximum heap size: -Xmx1gg"
    code = AGAIN + UNCHECKED + f"    refused({options!r}, {words!r}); refused({options!r}, {words!r}); starts()"
    assert output_of(code) == "started"


def test_providers_of_the_class_path_are_found_after_a_refusal(tmp_path: Path) -> None:
    services = tmp_path / "META-INF" / "services"
    services.mkdir(parents=True)
    (services / "org.bufferbridge.BufferExporterProvider").write_text("no.such.Provider\n")
    code = (
        AGAIN
        + UNCHECKED
        + f"""
    refused(["-XX:+NoSuch"], "NoSuch")
    bb.start(classpath=[{str(tmp_path)!r}])
    print(bb.jclass("java.util.ArrayList")().size())
    """
    )
    ran = run(code)
    assert ran.stdout == "0\n", ran.stderr
    assert "no.such.Provider" in ran.stderr


def test_adopting_after_a_failed_start_says_that_there_is_none() -> None:
    code = (
        AGAIN
        + """
    fails(["-XX:+NoSuch"], "NoSuch")
    try:
        bb.adopt()
    except RuntimeError as error:
        print(error)
    starts()
    """
    )
    assert output_of(code) == "no JVM is running in this process; bufferbridge.start() starts one\nstarted"


def test_what_the_jvm_says_while_it_starts_is_shown() -> None:
    ran = run("import bufferbridge as bb; bb.start()", JAVA_TOOL_OPTIONS="-Dsome=thing")
    assert ran.returncode == 0
    assert ran.stderr == "Picked up JAVA_TOOL_OPTIONS: -Dsome=thing\n"


# ------------------------------------------------------------------------------------------------------------- trials


@pytest.mark.parametrize(
    "options",
    [[], ["-ea", "-Xmx512m"], ["-Dcolour=red", "-da:org.example"], ["-XX:+UseSerialGC", "-Xmx64m"], ["-Dempty"]],
    ids=" ".join,
)
def test_harmless_options_are_not_tried(options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(check, "_try", never)
    check.require_start("libjvm", options, options)


@pytest.mark.parametrize(
    "options",
    [
        ["-Xmx900t"],
        ["-Xmx1k"],
        ["-Xms1m"],
        ["-XX:+UseSerialGC", "-XX:+UseG1GC"],
        ["-Djava.system.class.loader=A"],
        ["-javaagent:a.jar"],
        ["-Djava.security.manager"],
        ["-XX:+UseZGC"],
        ["-ea", "-Xss1m"],
    ],
    ids=" ".join,
)
def test_options_that_may_end_a_process_are_tried(options: list[str]) -> None:
    assert not check.is_harmless(options)


def test_the_same_options_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(check, "_try", lambda library, options: tried.append(library))
    for _ in range(3):
        check.require_start("once", ["-Xss1m"], ["-Xss1m"])
    assert tried == ["once"]
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xss2m")
    check.require_start("once", ["-Xss1m"], ["-Xss1m"])
    assert tried == ["once", "once"]


def test_wrong_options_of_the_environment_are_found_too() -> None:
    code = (
        AGAIN
        + """
    import os
    os.environ["_JAVA_OPTIONS"] = "-Xmx10m -Xms1g"
    try:
        bb.start()
    except RuntimeError as error:
        assert "larger value than the maximum heap size" in str(error) and "'-Xms1g'" in str(error), error
    del os.environ["_JAVA_OPTIONS"]
    starts()
    """
    )
    assert output_of(code) == "started"


@pytest.mark.parametrize("by_environment", [False, True], ids=["option", "environment"])
def test_a_debugger_that_is_waited_for_does_not_wait_twice(
    by_environment: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial leaves out the debugger's agent. With the agent, the trial would not return."""
    found, _ = jvms.find()
    debugger = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0"
    if by_environment:
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", f"-Dsome=thing {debugger}")
    options = ["-Xss1m"] if by_environment else [debugger, "-Xss1m"]
    begun = time.monotonic()
    check.require_start(str(found.library), options, options)
    assert time.monotonic() - begun < check._PATIENCE


def test_a_program_that_is_no_python_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert check._try("libjvm", ["-XX:+NoSuch"]) is None

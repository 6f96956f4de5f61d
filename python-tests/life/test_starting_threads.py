"""Threads that start one JVM at once, starts that are interrupted, and starts within a start."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bufferbridge._process import check
from life.starts import AGAIN
from support.places import TEST_CLASSES
from support.processes import output_of, run

THREADS = (
    AGAIN
    + """
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
)


def test_eight_threads_start_one_jvm() -> None:
    code = (
        THREADS
        + """
    options_of = lambda number: []
    all_begin(); starts(); print(outcomes == ["started"] * 8)
    """
    )
    assert output_of(code) == "started\nTrue"


def test_a_start_that_fails_leaves_the_others_theirs() -> None:
    code = (
        THREADS
        + """
    options_of = lambda number: ["-Xmx1gg"] if number % 2 else []
    all_begin(); starts()
    failures = [outcome for outcome in outcomes if outcome != "started"]
    assert outcomes.count("started") == 4, outcomes
    assert all(outcome == "refused" or "cannot be restarted" in outcome for outcome in failures), failures
    """
    )
    assert output_of(code) == "started"


@pytest.mark.parametrize("options", [[], ["-Xms64m"]], ids=["harmless", "tried"])
def test_an_interrupted_start_can_be_repeated(options: list[str]) -> None:
    """Ctrl-C at 20 moments of the start: afterwards the JVM runs and is armed, or it can be started."""
    code = (
        AGAIN
        + f"""
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
    from bufferbridge._process import start
    assert start._attempt is None and start._running is not None
    """
    )
    for step in range(20):
        ran = run(code.replace("DELAY", str(step * 0.005)))
        assert (ran.returncode, ran.stdout) == (0, "started\n"), ran.stderr


@pytest.mark.parametrize("place", ["create_jvm", "give_back_fault_signals"])
def test_an_interrupt_behind_the_jvms_start_leaves_no_step_out(place: str) -> None:
    """Ctrl-C raises as soon as a native function has returned; here it is always the same function."""
    code = f"""
        import bufferbridge as bb
        from bufferbridge import _native
        from bufferbridge._process import start
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
            print(bb.is_running(), start._running is not None, start._attempt is None)
            bb.start(options=[])
    """
    assert output_of(code) == "True True True"


def test_a_start_within_a_start_is_refused() -> None:
    code = (
        AGAIN
        + f"""
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
    )
    lines = output_of(code).splitlines()
    assert lines[0] == "this thread is starting the JVM already" and lines[-1] == "started"


def test_a_child_forked_amid_a_start_is_refused() -> None:
    code = """
        import bufferbridge as bb, os, threading
        from bufferbridge._process import start
        held, done = threading.Event(), threading.Event()

        def hold():
            with start.alone():
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
    """Ctrl-C during a trial of options raises KeyboardInterrupt, and leaves no process behind."""
    pause = tmp_path / "pause"  # the JVM makes this file, and waits until it is deleted
    code = f"""
        import bufferbridge as bb, os, signal, threading
        signal.signal(signal.SIGINT, signal.default_int_handler)
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            pausing = ["-XX:+UnlockDiagnosticVMOptions", "-XX:+PauseAtStartup", "-XX:PauseAtStartupFile={pause}"]
            bb.start(options=pausing)
        except KeyboardInterrupt:
            print("interrupted", bb.is_running())
    """
    begun = time.monotonic()
    assert output_of(code) == "interrupted False"
    assert time.monotonic() - begun < check._PATIENCE / 2
    assert pause.exists()

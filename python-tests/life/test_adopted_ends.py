"""The end of a process whose JVM another bridge has started: memory that is out, exit codes, forks, signals."""

from __future__ import annotations

from life.bridges import program
from support.processes import output_of, run


def test_what_is_out_survives_the_end_of_the_jvm() -> None:
    code = """
        import threading
        start()
        bb.adopt()
        known = memoryview(bb.empty((4,), "d"))
        known[0] = 2.5
        kept = bb.jclass("java.util.ArrayList")()
        thread_saw = []
        jpype.shutdownJVM()
        print(known[0], bb.is_running())
        math = lambda: bb.jclass("java.lang.Math")
        for call in (lambda: kept.size(), bb.adopt, bb.start, math, lambda: bb.empty((1,), "B")):
            try:
                call()
            except RuntimeError as error:
                print(error)
        known.release()
        del kept
        thread = threading.Thread(target=bb.is_running)
        thread.start(); thread.join()
    """
    said = output_of(program("jpype", code)).splitlines()
    assert said == ["2.5 False", *["the JVM of this process has ended, and a process can have only one"] * 5]


def test_the_end_of_the_jvm_does_not_wait_for_a_thread_that_calls_it() -> None:
    code = """
        import threading
        start()
        bb.adopt()
        calling, refused = threading.Event(), []
        def call():
            absolute = bb.jclass("java.lang.Math").abs
            view = bb.empty((4,), "d")
            try:
                while True:
                    absolute(-1)
                    memoryview(view).release()
                    calling.set()
            except RuntimeError as error:
                refused.append(str(error))
        threads = [threading.Thread(target=call, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        calling.wait()
        jpype.shutdownJVM()
        print("ended")
    """
    assert output_of(program("jpype", code)) == "ended"


def test_a_process_ends_with_its_own_exit_code(bridge: str) -> None:
    code = """
        import sys, threading, time
        start()
        bb.adopt()
        views = [memoryview(bb.empty((4,), "d")) for _ in range(10)]
        sleep = bb.jclass("java.lang.Thread").sleep
        def busy():
            while True:
                sleep(1)
        for _ in range(4):
            threading.Thread(target=busy, daemon=True).start()
        time.sleep(0.2)
        sys.exit(7)
    """
    for _ in range(3):
        ran = run(program(bridge, code))
        assert ran.returncode == 7, ran.stderr
        assert "Traceback" not in ran.stderr


def test_system_exit_keeps_its_status(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        view = memoryview(bb.empty((4,), "d"))
        bb.jclass("java.lang.System").exit(5)
    """
    assert run(program(bridge, code)).returncode == 5


def test_a_forked_child_is_refused_by_name(bridge: str) -> None:
    code = """
        import os
        start()
        bb.adopt()
        view = memoryview(bb.empty((4,), "d"))
        child = os.fork()
        if child == 0:
            try:
                bb.jclass("java.lang.Math")
            except RuntimeError as error:
                os._exit(3 if "does not survive a fork" in str(error) and view[0] == 0 else 4)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    assert output_of(program(bridge, code)) == "3"


def test_a_thread_that_the_other_bridge_detaches_is_attached_anew() -> None:
    code = """
        import threading
        start()
        bb.adopt()
        def use():
            absolute = bb.jclass("java.lang.Math").abs
            jpype.attachThreadToJVM()
            print(absolute(-3), jpype.isThreadAttachedToJVM())
            jpype.detachThreadFromJVM()
            print(absolute(-4))
        thread = threading.Thread(target=use)
        thread.start(); thread.join()
    """
    ran = run(program("jpype", code))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["3", "True", "4"]


def test_ctrl_c_is_as_the_other_bridge_has_it() -> None:
    code = """
        import signal
        start()
        handler = signal.getsignal(signal.SIGINT)
        bb.adopt()
        print(signal.getsignal(signal.SIGINT) is handler)
    """
    assert output_of(program("jpype", code)) == "True"

"""Signals that both runtimes need: Python has those that end a process, and the JVM those of faults."""

from __future__ import annotations

import signal
import sys

import pytest

from support.jvm import collector_options
from support.places import ROOT
from support.processes import output_of, run

# With the first compiler only, compiled code keeps reading through null. The second compiler would add a check.
FAULTS = """
import faulthandler, os, signal, sys, time
import bufferbridge as bb
EARLY
bb.start(classpath=[CLASSES], options=["-XX:TieredStopAtLevel=1", "-XX:ErrorFile=" + os.devnull, *OPTIONS])
Exits = bb.jclass("org.bufferbridge.fixtures.processes.Exits")

def provoke():
    return sum(Exits.throwFromNull() for _ in range(300))
""".replace("CLASSES", repr(str(ROOT / "target" / "test-classes"))).replace("OPTIONS", repr(collector_options()))

THROWN = "30000"


def faults(code: str, early: str = "") -> str:
    return FAULTS.replace("EARLY", early) + code


# ------------------------------------------------------------------------------------ faulthandler


def test_faulthandler_from_before_the_start_is_safe() -> None:
    code = faults("print(faulthandler.is_enabled(), provoke())", early="faulthandler.enable()")
    assert output_of(code) == f"True {THROWN}"


def test_faulthandler_by_the_interpreters_option_is_safe() -> None:
    assert output_of(faults("print(faulthandler.is_enabled(), provoke())"), "-X", "faulthandler") == f"True {THROWN}"


def test_faulthandler_after_the_start_is_refused_and_said() -> None:
    ran = run(faults("faulthandler.enable(); print(faulthandler.is_enabled(), provoke())"))
    assert (ran.returncode, ran.stdout.strip()) == (0, f"False {THROWN}")
    assert "RuntimeWarning: faulthandler stays disabled" in ran.stderr


def test_faulthandler_after_the_start_would_end_the_process() -> None:
    ran = run(faults("from bufferbridge._process import fault_handler; fault_handler._enable(); provoke()"))
    assert -ran.returncode in (signal.SIGABRT, signal.SIGSEGV)  # the JVM may fail while it reports the first
    assert "Fatal Python error: Segmentation fault" in ran.stderr


def test_disabling_and_enabling_again_are_safe() -> None:
    code = faults(
        """
print(faulthandler.disable(), faulthandler.is_enabled(), faulthandler.disable(), provoke())
faulthandler.enable(file=sys.stdout, all_threads=False)
print(faulthandler.is_enabled(), provoke())
""",
        early="faulthandler.enable()",
    )
    assert output_of(code) == f"True False False {THROWN}\nTrue {THROWN}"


def test_disabling_in_earnest_would_end_the_process() -> None:
    ran = run(
        faults(
            "from bufferbridge._process import fault_handler; fault_handler._disable(); provoke()",
            "faulthandler.enable()",
        )
    )
    assert ran.returncode == -signal.SIGSEGV


@pytest.mark.parametrize("early", ["", "faulthandler.enable()"], ids=["disabled", "enabled"])
def test_the_end_of_python_leaves_the_jvm_its_signals(early: str) -> None:
    code = faults(
        """
import ctypes, threading
for _ in range(4):
    threading.Thread(target=lambda: [provoke() for _ in iter(int, 1)], daemon=True).start()
time.sleep(0.3)
""",
        early,
    )
    ends = [run(code) for _ in range(5)]
    # If faulthandler is enabled, the JVM's handler is missing for a moment (guarantees.md). A fault in that moment
    # may end one of the processes.
    allowed = 1 if early else 0
    assert sum((ran.returncode, ran.stderr) != (0, "") for ran in ends) <= allowed, ends


def test_a_true_fault_shows_pythons_traceback_where_faulthandler_was_enabled() -> None:
    ran = run(faults("provoke(); import ctypes; ctypes.string_at(0)", early="faulthandler.enable()"))
    assert ran.returncode == -signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in ran.stderr and "in string_at" in ran.stderr


def test_a_true_fault_is_the_jvms_to_report_where_it_was_not() -> None:
    ran = run(faults("provoke(); import ctypes; ctypes.string_at(0)"))
    assert ran.returncode == -signal.SIGABRT
    assert "A fatal error has been detected by the Java Runtime Environment" in ran.stdout


def test_libjsig_makes_every_order_safe_if_it_is_preloaded() -> None:
    libjsig = output_of("from bufferbridge._process import jvms; print(jvms.find()[0].home / 'lib' / 'libjsig.so')")
    if sys.platform != "linux":
        pytest.skip("LD_PRELOAD is Linux's")
    ran = run(faults("faulthandler.enable(); print(faulthandler.is_enabled(), provoke())"), LD_PRELOAD=libjsig)
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, f"True {THROWN}", "")


def test_pytest_with_its_faulthandler_is_safe(tmp_path: object) -> None:
    (tmp_path / "test_it.py").write_text(  # type: ignore[operator]
        faults("def test_it(): assert provoke() == 30000 and faulthandler.is_enabled()").replace(
            "bb.start", "bb.start", 1
        )
    )
    code = f"import pytest, sys; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', {str(tmp_path)!r}]))"
    for _ in range(3):
        ran = run(code)
        assert ran.returncode == 0 and "1 passed" in ran.stdout, ran.stdout + ran.stderr


# ------------------------------------------------------------------------------- owners of signals


def test_signals_that_end_a_process_stay_pythons() -> None:
    code = """
import signal, threading
import bufferbridge as bb

def dispositions():
    status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines())
    caught, ignored, blocked = (int(status[name], 16) for name in ("SigCgt", "SigIgn", "SigBlk"))
    return [[name, bool(caught >> number - 1 & 1), bool(ignored >> number - 1 & 1), bool(blocked >> number - 1 & 1)]
            for name, number in (("INT", signal.SIGINT), ("TERM", signal.SIGTERM), ("HUP", signal.SIGHUP))]

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, lambda *_: None)
before = dispositions()
bb.start()
assert dispositions() == before, dispositions()
print(before)
"""
    expected = [["INT", True, False, False], ["TERM", False, False, False], ["HUP", True, False, False]]
    assert output_of(code) == str(expected)


def test_signals_that_come_while_the_jvm_starts_are_pythons() -> None:
    code = """
import os, signal, subprocess, sys
import bufferbridge as bb
came = []
signal.signal(signal.SIGTERM, lambda *_: came.append(True))
flood = "import os, signal, time\\nwhile True:\\n    os.kill(%d, signal.SIGTERM); time.sleep(0.0005)" % os.getpid()
flooding = subprocess.Popen([sys.executable, "-c", flood])
while not came:
    pass
bb.start()
flooding.kill()
flooding.wait()
print(bb.jclass("java.lang.Math").abs(-3))
"""
    assert output_of(code) == "3"


def test_a_programs_own_handlers_run_after_the_start() -> None:
    code = """
import os, signal
import bufferbridge as bb
came = []
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
    signal.signal(number, lambda number, frame: came.append(number))
bb.start()
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
    os.kill(os.getpid(), number)
assert bb.jclass("java.lang.Math").abs(-3) == 3
print(came == [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
"""
    assert output_of(code) == "True"


def test_programs_that_java_starts_can_be_ended() -> None:
    code = """
import bufferbridge as bb
bb.start()
process = bb.jclass("java.lang.ProcessBuilder")(["sleep", "60"]).start()
process.destroy()
print(process.waitFor() - 128)
"""
    assert output_of(code) == str(int(signal.SIGTERM))


def test_a_thread_dump_is_still_the_jvms() -> None:
    code = """
import os, signal, time
import bufferbridge as bb
bb.start()
os.kill(os.getpid(), signal.SIGQUIT)
time.sleep(1)
"""
    assert "Full thread dump" in output_of(code)

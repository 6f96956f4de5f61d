"""Counts the instructions that the C half spends on each fast path, and compares them with the recorded counts.

    python instructions.py <classes> <headers' version> [--record]

valgrind's callgrind counts, so other load on the machine does not matter. The count has the instructions of the native
library alone. It has none of Python, of the JVM or of compiled Java code. The comparison fails if a path needs over a
twentieth more than was recorded. Another compiler, or headers of another CPython version, give other instructions. In
that case the figures are shown and not compared.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from fast_path import PATHS

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "instructions.json"
LIBRARY = "libbufferbridge"
# The functions through which Python and Java threads enter the library.
ENTRIES = (
    "bb_getbuffer",
    "bb_releasebuffer",
    "method_vectorcall",
    "lease",
    "bb_native_lease_release",
    "object_getattro",
    "object_setattro",
    "bb_class_instancecheck",
    "bb_dlpack_export",
    "capsule_ends",
    "integer",
    "plain",
)
BETWEEN = "bb_refuse_gone"
TURNS = 400
MOST = 1.05


def built_by(headers: str) -> str:
    version = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()
    return f"gcc {version}, CPython {headers}, {platform.machine()}"


def own_cost(profile: str) -> int:
    """The cost of the library's own functions, without their callees outside it, read from callgrind's output file."""
    names: dict[str, str] = {}
    total, inside, is_callee_cost = 0, False, False
    for line in profile.splitlines():
        if found := re.match(r"(ob|cob)=\((\d+)\)(?: (.*))?$", line):
            kind, number, name = found.groups()
            if name is not None:
                names[number] = name
            if kind == "ob":
                inside = LIBRARY in names[number]
        elif line.startswith("calls="):
            is_callee_cost = True
        elif found := re.match(r"[+*-]?\d*\s(\d+)$", line):
            if inside and not is_callee_cost:
                total += int(found[1])
            is_callee_cost = False
    return total


def count(classes: str) -> dict[str, float]:
    """The instructions of one turn of each path."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "profile"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--collect-atstart=no"]
        command += [f"--toggle-collect={entry}" for entry in ENTRIES] + [f"--dump-before={BETWEEN}"]
        command += [sys.executable, str(HERE / "fast_path.py"), classes, str(TURNS)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if "unhandled instruction" in ran.stderr:
            print("bench-check: left out, because this valgrind does not know an instruction of this processor's")
            raise SystemExit(0)
        if ran.returncode != 0:
            raise SystemExit(f"valgrind ended with {ran.returncode}\n{ran.stdout}{ran.stderr}")
        parts = sorted(int(part.suffix[1:]) for part in Path(folder).glob("profile.*"))
        # Each path has two files: its preparation and its turns. bb.start() has called that function earlier.
        costs = [own_cost(Path(f"{out}.{part}").read_text()) for part in parts[-2 * len(PATHS) + 1 :: 2]]
    return {name: round(cost / TURNS, 1) for name, cost in zip(PATHS, costs, strict=True)}


def main(classes: str, headers: str, record: bool) -> int:
    found = count(classes)
    now = built_by(headers)
    if record:
        RECORDED.write_text(json.dumps({"built by": now, "instructions": found}, indent=1) + "\n")
    recorded = json.loads(RECORDED.read_text())
    more = []
    for path, instructions in found.items():
        before = recorded["instructions"].get(path)
        is_more = before is None or instructions > MOST * before
        more += [path] * is_more
        print(f"  {path:26} {instructions:8.1f}   recorded {before}   {'MORE' if is_more else ''}".rstrip())
    if recorded["built by"] != now:
        print(f"bench-check: counted and NOT compared: recorded for {recorded['built by']}, this is {now}")
        return 0
    if more:
        print(f"bench-check: a twentieth more instructions than recorded, or more: {', '.join(more)}")
        return 1
    print(f"bench-check: compared for {now}: {len(found)} fast paths need no more instructions than recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], "--record" in sys.argv))

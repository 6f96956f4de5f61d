"""One process of a benchmark run: `python worker.py <side>` serves the cases of benchmarks/sides/<side>.py.

It reads names of cases from its standard input and answers each with the nanoseconds of one turn. The runner asks
several such processes in turn, because two bridges cannot share a process.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

# __file__ is not used, because Jep does not set it.
sys.path.insert(0, str(Path(sys.argv[0]).resolve().parent))


def serve(side: str) -> None:
    # The output of the runtimes must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module = importlib.import_module(f"sides.{side}")
    cases = module.cases()
    print(json.dumps({"versions": module.versions(), "cases": sorted(cases)}), file=answers, flush=True)
    for line in sys.stdin:
        try:
            answer = {"ns": cases[line.strip()].round()}
        except Exception as failure:  # the runner prints the failure, with the side and the case
            answer = {"failed": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(answer), file=answers, flush=True)
    os._exit(0)  # the process has a JVM, and not every bridge lets such a process end


if __name__ == "__main__":
    serve(sys.argv[-1])

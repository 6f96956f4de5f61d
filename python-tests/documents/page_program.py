"""A process of its own for the blocks of Python of one page: they run in order, with one set of names.

Standard input has, as JSON, the class path, the options, and the line and the code of each block. The last line of
standard output has the output and the exception of each. The JVM runs already, unless a block starts it itself.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback
from typing import Any

import numpy as np

import bufferbridge as bb


def outcome(code: str, place: str, names: dict[str, Any]) -> dict[str, str | None]:
    printed = io.StringIO()
    raised = shown = None
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(code, place, "exec"), names)
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
            shown = traceback.format_exc()
    return {"printed": printed.getvalue(), "raised": raised, "traceback": shown}


def main() -> None:
    work = json.load(sys.stdin)
    if not any("bb.start(" in code or "bb.adopt(" in code for _, code in work["blocks"]):
        bb.start(classpath=work["classpath"], options=work["options"], redirect_output=True)
    names: dict[str, Any] = {"__name__": "page", "bb": bb, "np": np}
    results = {line: outcome(code, f"{work['page']}:{line}", names) for line, code in work["blocks"]}
    print()
    print(json.dumps(results), flush=True)


if __name__ == "__main__":
    main()

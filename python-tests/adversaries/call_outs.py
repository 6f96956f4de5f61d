"""Run by test_call_outs.py in a process of its own: all user code that the library calls, calls out.

Each piece of user code starts a thread that calls the other language, and waits for this thread. The process hangs if
the library runs user code with the GIL held, or with a lock that the other language needs. The last printed name says
where.
"""

from __future__ import annotations

import sys
import traceback

import bufferbridge as bb
from adversaries import call_outs_in_java, call_outs_in_python, calling_out  # noqa: F401 (they add their entries)
from adversaries.calling_out import ENTRIES, from_java, outs


def main() -> None:
    outs().setListener(from_java)
    chosen = sys.argv[1:] or list(ENTRIES)
    for name in chosen:
        print(name, flush=True)
        before = calling_out.reached
        try:
            ENTRIES[name]()
            print("  called out", calling_out.reached - before, "times", flush=True)
        except Exception:
            traceback.print_exc()
    outs().setListener(None)
    print("done", flush=True)


if __name__ == "__main__":
    from support.jvm import collector_options
    from support.places import EXAMPLES_CLASSES, TEST_CLASSES

    bb.start(classpath=[TEST_CLASSES, EXAMPLES_CLASSES], options=["-ea", "-Xmx512m", *collector_options()])
    main()

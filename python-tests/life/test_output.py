"""Java's output in a process of its own: it begins with the start, or in a notebook, and nothing is lost at the end."""

from __future__ import annotations

from support.processes import output_of, run

PRINTING = "org.bufferbridge.fixtures.classes.Printing"

REDIRECTED = f"bb.start(redirect_output=True)\nSystem = bb.jclass('java.lang.System')\nP = bb.jclass({PRINTING!r})\n"


def test_the_start_redirects() -> None:
    code = "import bufferbridge as bb, io, contextlib\n"
    code += "bb.start(redirect_output=True)\n"
    code += "with contextlib.redirect_stdout(io.StringIO()) as out: bb.jclass('java.lang.System').out.println('a')\n"
    code += "print(repr(out.getvalue().strip()))"
    assert output_of(code) == "'a'"


def test_a_start_without_a_notebook_redirects_nothing() -> None:
    code = "before = bb.jclass('java.lang.System').out\nbb.start()\n"
    code += "print(bb.jclass('java.lang.System').out == before, type(before.toString()))"
    assert output_of(code, started=True) == "True <class 'str'>"


def test_a_notebook_redirects() -> None:
    code = """
    import io, sys, types
    Cell = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})
    real, sys.stdout = sys.stdout, Cell()
    import bufferbridge as bb
    bb.start()
    bb.jclass("java.lang.System").out.println("in the cell")
    cell, sys.stdout = sys.stdout, real
    print(repr(cell.getvalue().strip()))
    """
    assert output_of(code) == "'in the cell'"


def test_nothing_is_lost_at_the_end() -> None:
    code = REDIRECTED + "P.atExit('from a hook')\nimport atexit\n"
    code += "atexit.register(lambda: System.out.println('at exit'))\n"
    code += "System.out.print('without a line end')\nP.later(', later')"
    ran = run(code, started=True)
    assert ran.returncode == 0, ran.stderr
    for text in ("without a line end", ", later", "at exit\n", "from a hook\n"):  # two threads print them
        assert ran.stdout.count(text) == 1, ran.stdout


def test_nothing_is_lost_where_java_ends_the_process() -> None:
    code = REDIRECTED + "System.out.println('before')\nP.atExit('from a hook')\nSystem.exit(0)"
    ran = run(code, started=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split("\n")[:2] == ["before", "from a hook"], ran.stdout


def test_java_that_prints_all_the_time_does_not_hinder_the_end() -> None:
    code = REDIRECTED + "import threading\nthreading.Thread(target=P.lines, args=(10**9,), daemon=True).start()\n"
    code += "import time; time.sleep(0.3); sys = __import__('sys'); sys.stdout = open(__import__('os').devnull, 'w')"
    ran = run(code, started=True, timeout=60)
    assert ran.returncode == 0, ran.stderr[-1000:]


def test_a_forked_child_prints_by_itself() -> None:
    code = REDIRECTED + "import os\npid = os.fork()\nif pid == 0:\n    print('child', flush=True)\n    os._exit(0)\n"
    code += "status = os.waitpid(pid, 0)[1]\nprint('parent', status)\n"
    assert output_of(code, started=True).split() == ["child", "parent", "0"]

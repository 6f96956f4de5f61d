"""A forked child has no JVM. Calls into Java raise, memory that is out stays, and the child ends by itself."""

from __future__ import annotations

import pytest

from support.processes import UNDER_ADDRESS_SANITIZER, output_of

# Runs `child` in a forked child, including sys.exit and the end of the interpreter, and prints its exit code.
FORKING = """
import gc, os, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # forking is what this is about

def in_child(child):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        child()
        sys.exit(0)
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status))

def refused(entry):
    try:
        entry()
    except RuntimeError as error:
        assert "forked child" in str(error) and "spawn" in str(error), error
    else:
        sys.exit(f"not refused")

Recording = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter")
Leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
Memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
"""

ENTRIES = {
    "a-call": "exporter.acquired()",
    "a-bound-method": "method()",
    "a-constructor": "List()",
    "a-java-attribute": "exporter.released",
    "an-attribute-never-asked-for": "exporter.strangers",
    "a-static-attribute": "Memories.direct",
    "setting-an-attribute": "setattr(point, 'x', 2.0)",
    "a-class": "bb.jclass('java.util.HashMap')",
    "a-class-known-already": "bb.jclass('java.util.ArrayList')",
    "start": "bb.start()",
    "start-again-with-arguments": "bb.start(options=['-Xmx1g'])",
    "empty": "bb.empty(8)",
    "copy": "bb.copy(known)",
    "array": "bb.array(b'abc')",
    "borrow": "bb.borrow(array).__enter__()",
    "a-first-export-by-upcall": "memoryview(exporter)",
    "a-first-export-of-known-memory": "memoryview(fresh)",
    "an-attribute-of-a-buffer-not-held": "fresh.shape",
    "supports": "exporter.supports(0)",
    "str": "str(objects)",
    "repr": "repr(objects)",
    "hash": "hash(objects)",
    "equality": "objects == point",
    "dir": "dir(objects)",
    "dir-of-a-class": "dir(List)",
    "isinstance": "isinstance(objects, List)",
    "with-at-its-end": "objects.__exit__(None, None, None)",
}

SETUP = """
exporter, List = Recording.ofBytes(8), bb.jclass("java.util.ArrayList")
objects, point, array = List(), Memories.point(1.0, 2.0, 3), Memories.array("int", 8)
known, fresh = bb.empty(8), bb.empty(8)
method, held = exporter.acquired, memoryview(known)
"""


def test_every_entry_raises_in_a_forked_child() -> None:
    entries = ", ".join(f"{name!r}: lambda: {code}" for name, code in ENTRIES.items())
    code = f"""
def child():
    for name, entry in {{{entries}}}.items():
        try:
            entry()
        except RuntimeError as error:
            if "forked child" in str(error) and "spawn" in str(error):
                continue
            print(name, "raised", error)
        except BaseException as error:
            print(name, "raised", repr(error))
        else:
            print(name, "was not refused")

in_child(child)
"""
    assert output_of(FORKING + SETUP + code, started=True) == "0"


@pytest.mark.parametrize("entry", ["exporter.acquired()", "memoryview(fresh)", "bb.empty(8)", "str(objects)"])
def test_the_parent_goes_on_after_a_fork(entry: str) -> None:
    code = f"""
in_child(lambda: refused(lambda: {entry}))
{entry}
print("fine")
"""
    assert output_of(FORKING + SETUP + code, started=True) == "0\nfine"


def test_no_jvm_is_running_in_a_forked_child() -> None:
    code = """
in_child(lambda: sys.exit(3) if bb.is_running() else None)
print(bb.is_running())
"""
    assert output_of(FORKING + code, started=True) == "0\nTrue"


def test_what_is_out_stays_readable_and_writable_and_is_the_childs_own(pinning: bool) -> None:
    third = "Memories.array('byte', 8)" if pinning else "Memories.automatic(8)"
    code = (
        f"exporter, known, array = Recording.ofBytes(8), bb.empty(8), {third}"
        + """
views = [memoryview(exporter), memoryview(known), memoryview(array).cast("B")]

def child():
    assert views[0].tobytes() == bytes(range(8)) and views[1].tobytes() == bytes(8)
    assert views[2].tobytes() == bytes(range(8))
    for view in views:
        view[3] = 77
        assert view[3] == 77
    again = memoryview(known)  # held already: no call into Java
    assert again[3] == 77 and known.shape == (8,) and known.export_count == 2
    assert len(bb.exports()) == 4, bb.exports()

in_child(child)
print([view[3] for view in views], exporter.outstanding())
"""
    )
    assert output_of(FORKING + code, started=True) == "0\n[3, 0, 3] 1"


def test_releases_and_collection_in_the_child_leave_the_parents_counts_alone() -> None:
    code = """
exporter, known, objects = Recording.ofBytes(8), bb.empty(8), bb.jclass("java.util.ArrayList")()
views = [memoryview(exporter), memoryview(known)]
locked = bytearray(8)
Leasing.retain(locked)

def child():
    global exporter, known, objects, locked
    for view in views:
        view.release()
    assert exporter.export_count == known.export_count == 0
    known.release()
    exporter.release()
    del exporter, known, objects, locked
    views.clear()
    gc.collect()
    assert bb.exports() == [] and len(bb.leases()) == 1

in_child(child)
print(exporter.outstanding(), exporter.export_count, known.export_count, Leasing.isKeptOpen())
"""
    assert output_of(FORKING + code, started=True) == "0\n1 1 1 True"


def test_a_release_in_the_child_does_not_reach_the_exporter() -> None:
    code = """
view = memoryview(bb.jclass("org.bufferbridge.fixtures.processes.Exits").Exporter(True, 0, 0))
in_child(view.release)
sys.stdout.flush()
view.release()
"""
    assert output_of(FORKING + code, started=True) == "0\nreleased"


@pytest.mark.parametrize("end", ["sys.exit(5)", "os._exit(5)", "raise SystemExit(5)"], ids=["exit", "hard", "raise"])
def test_a_child_ends_with_its_own_exit_code(end: str) -> None:
    code = f"""
exporter = Recording.ofBytes(8)
view = memoryview(exporter)

def child():
    {end}

in_child(child)
"""
    assert output_of(FORKING + code, started=True) == "5"


@pytest.mark.skipif(UNDER_ADDRESS_SANITIZER, reason="a forked child finds the locks of AddressSanitizer taken")
def test_a_child_forked_amid_busy_threads_ends() -> None:
    code = """
exporter, known, ending = Recording.ofBytes(8), bb.empty(64), False
memoryview(known).release()  # held from now on

def busy():
    while not ending:
        with memoryview(exporter), memoryview(known), memoryview(bb.empty(8)):
            Leasing.sum(bytes(8))

threads = [threading.Thread(target=busy) for _ in range(4)]
for thread in threads:
    thread.start()

def child():
    bb.exports(), bb.leases()
    view = memoryview(known)
    view.release()
    os._exit(0)

for _ in range(50):
    in_child(child)
ending = True
for thread in threads:
    thread.join()
print(exporter.outstanding())
"""
    assert output_of(FORKING + code, started=True).split("\n") == ["0"] * 51


def test_a_child_forked_on_another_thread_ends_with_it() -> None:
    code = """
exporter = Recording.ofBytes(8)
thread = threading.Thread(target=in_child, args=[lambda: refused(exporter.acquired)])
thread.start()
thread.join()
print(exporter.acquired())
"""
    assert output_of(FORKING + code, started=True) == "0\n0"


def test_a_child_forked_before_the_start_may_start_its_own_jvm() -> None:
    code = """
import os, sys
import bufferbridge as bb
pid = os.fork()
bb.start()
assert bb.jclass("java.lang.Math").abs(-3) == 3
if pid == 0:
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    assert output_of(code) == "7"


@pytest.mark.parametrize(
    "how", ["subprocess.run(command, check=True)", "wait(os.posix_spawn(*arguments))", "spawned()"]
)
def test_other_programs_start_beside_the_jvm(how: str) -> None:
    code = f"""
import subprocess
command = [sys.executable, "-c", "print('started')"]
arguments = (command[0], command, os.environ)

def wait(pid):
    assert os.waitpid(pid, 0)[1] == 0

def spawned():
    process = bb.jclass("java.lang.ProcessBuilder")(command).inheritIO().start()
    assert process.waitFor() == 0

{how}
print(bb.jclass("java.lang.Math").abs(-3))
"""
    assert output_of(FORKING + code, started=True) == "started\n3"

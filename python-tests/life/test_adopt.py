"""A JVM that another bridge has started: each case in a process of its own, with the real bridge."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import bufferbridge as bb
from bufferbridge import _jvm
from bufferbridge._command_line import own_jars
from support.places import TEST_CLASSES
from support.processes import output_of, run

# For each bridge: its start, with these options; a class of Java's by name; a new int[3].
BRIDGES = {
    "jpype": """
        import jpype
        def start(*options):
            jpype.startJVM(*options, classpath=CLASSPATH, convertStrings=False)
        find_class = jpype.JClass
        def ints():
            return jpype.JArray(jpype.JInt)([1, 2, 3])
    """,
    "jpy": """
        import jpyutil
        def start(*options):
            jpyutil.init_jvm(jvm_classpath=CLASSPATH, jvm_options=list(options))
        def find_class(name):
            import jpy
            return jpy.get_type(name)
        def ints():
            import jpy
            return jpy.array("int", [1, 2, 3])
    """,
    "pyjnius": """
        import jnius_config
        def start(*options):
            jnius_config.add_options(*options)
            jnius_config.add_classpath(*CLASSPATH)
            import jnius
        def find_class(name):
            import jnius
            return jnius.autoclass(name)
    """,
}
MODULES = {"jpype": "jpype", "jpy": "jpy", "pyjnius": "jnius"}


def require(bridge: str) -> None:
    if importlib.util.find_spec(MODULES[bridge]) is None:
        pytest.skip(f"{bridge} is not installed for this interpreter")


def dedented(code: str) -> str:
    return "\n".join(line[8:] for line in code.splitlines())


def program(bridge: str, code: str, *, classpath: list[Path] | None = None) -> str:
    """With the bridge's functions, and the bridge's own class path; bufferbridge is imported as bb, not started."""
    require(bridge)
    entries = [str(entry) for entry in classpath or []]
    head = f"CLASSPATH = {entries!r}\nTEST_CLASSES = {str(TEST_CLASSES)!r}\nimport bufferbridge as bb\n"
    return head + dedented(BRIDGES[bridge]) + "\n" + dedented(code)


@pytest.fixture(params=list(BRIDGES))
def bridge(request: pytest.FixtureRequest) -> str:
    require(request.param)
    return str(request.param)


@pytest.fixture(params=["jpype", "jpy"])
def bridge_with_arrays(request: pytest.FixtureRequest) -> str:
    """pyjnius makes lists of Java's arrays."""
    require(request.param)
    return str(request.param)


# ------------------------------------------------------------------------------------- joining


def test_a_jvm_of_another_bridge_is_joined(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        print(bb.is_running(), bb.jclass("java.lang.Math").abs(-3))
    """
    assert output_of(program(bridge, code)) == "True 3"


def test_without_a_jvm_adopting_names_start() -> None:
    with_error = run("import bufferbridge as bb; bb.adopt()")
    assert "RuntimeError: no JVM is running in this process; bufferbridge.start() starts one" in with_error.stderr


def test_starting_beside_another_bridge_names_adopt(bridge: str) -> None:
    code = """
        start()
        try:
            bb.start()
        except RuntimeError as error:
            print(error)
        bb.adopt()
        print(bb.is_running())
    """
    assert output_of(program(bridge, code)).splitlines() == [
        "another library has started a JVM in this process, which can have only one: bufferbridge.adopt() joins it",
        "True",
    ]


def test_adopting_again_and_starting_afterwards_are_harmless(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        bb.adopt()
        bb.start()
        try:
            bb.start(options=["-Xmx1g"])
        except RuntimeError as error:
            print(error)
    """
    assert output_of(program(bridge, code)) == (
        "this process's JVM was started by somebody else, and cannot be restarted with other arguments: options"
    )


def test_adopting_a_jvm_of_our_own_is_harmless() -> None:
    bb.adopt()
    with pytest.raises(RuntimeError, match="cannot be given classpath"):
        bb.adopt(classpath=[TEST_CLASSES])


def test_a_missing_class_path_entry_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"'nowhere\.jar' does not exist"):
        bb.adopt(classpath="nowhere.jar")


def test_another_class_path_afterwards_is_refused(bridge: str) -> None:
    code = """
        start()
        bb.adopt(classpath=[TEST_CLASSES])
        bb.adopt(classpath=[TEST_CLASSES])
        try:
            bb.adopt(classpath=[])
        except RuntimeError as error:
            print(str(error).replace(TEST_CLASSES, "classes"))
    """
    assert output_of(program(bridge, code)) == (
        "the JVM was joined already, with ['classes'], and cannot be given classpath []"
    )


FOREIGN_IMAGE = """
        image = bb.jclass("org.bufferbridge.fixtures.ForeignImage")(3, 2)
        print(memoryview(image).shape)
"""


def test_providers_of_the_class_path_that_is_given_are_found(bridge: str) -> None:
    code = "\n        start()\n        bb.adopt(classpath=[TEST_CLASSES])" + FOREIGN_IMAGE
    assert output_of(program(bridge, code)) == "(2, 3)"


def test_they_are_found_where_the_jvm_has_the_jar_already(bridge: str) -> None:
    code = "\n        start()\n        bb.adopt(classpath=[TEST_CLASSES])" + FOREIGN_IMAGE
    assert output_of(program(bridge, code, classpath=[Path(jar) for jar in own_jars()])) == "(2, 3)"


def test_a_provider_that_two_class_loaders_see_is_made_once() -> None:
    """On the class path of the JVM and on the one that is given: asked for its type once."""
    code = """
        start()
        bb.adopt(classpath=[TEST_CLASSES])
        fresh = bb.jclass("org.bufferbridge.fixtures.FreshProviders")
        print(memoryview(fresh.thing()).nbytes, fresh.asked())
    """
    assert output_of(program("jpype", code, classpath=[TEST_CLASSES, *map(Path, own_jars())])) == "5 1"


def test_a_start_that_failed_leaves_the_jvm_to_another_bridge(bridge: str) -> None:
    code = """
        try:
            bb.start(options=["-XX:+NoSuch"])
        except RuntimeError as error:
            print("Unrecognized VM option 'NoSuch'" in str(error))
        start()
        try:
            bb.start()
        except RuntimeError as error:
            print(error)
        bb.adopt()
        print(bb.jclass("java.lang.Math").abs(-3))
    """
    refusal = (
        "another library has started a JVM in this process, which can have only one: bufferbridge.adopt() joins it"
    )
    assert output_of(program(bridge, code)).splitlines() == ["True", refusal, "3"]


def test_a_jvm_that_is_too_old_is_refused_with_both_releases() -> None:
    old = next((found for found in old_jvms()), None)
    if old is None:
        pytest.skip("this machine has no JVM older than Java 22")
    code = f"""
        jpype.startJVM({str(old)!r})
        try:
            bb.adopt()
        except RuntimeError as error:
            print(error, bb.is_running())
    """
    assert output_of(program("jpype", code)) == (
        f"the JVM of this process is of Java {_jvm._release_of(_jvm._version_of(old.parents[2]) or '')}; "
        "22 or later is required False"
    )


def old_jvms() -> list[Path]:
    libraries = [path / "lib" / "server" / "libjvm.so" for path in Path("/usr/lib/jvm").glob("*")]
    versions = {library: _jvm._version_of(library.parents[2]) for library in libraries if library.exists()}
    return [library for library, version in versions.items() if version and 11 <= _jvm._release_of(version) < 22]


def test_joining_warns_of_no_restricted_method(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        memoryview(bb.empty((4,), "d")).release()
    """
    ran = run(program(bridge, code))
    assert ran.returncode == 0, ran.stderr
    assert "org.bufferbridge" not in ran.stderr
    assert "bufferbridge.jar" not in ran.stderr


def test_joining_misuses_nothing_of_jni(bridge: str) -> None:
    code = """
        start("-Xcheck:jni")
        before = "---- joining ----"
        print(before, flush=True)
        bb.adopt(classpath=[TEST_CLASSES])
        bb.wrap(find_class("java.util.ArrayList")())
        memoryview(bb.empty((4,), "d")).release()
        print("---- joined ----", flush=True)
    """
    said = output_of(program(bridge, code)).split("---- joining ----")[1].split("---- joined ----")[0]
    assert "WARNING" not in said and "FATAL" not in said, said


def test_faulthandler_over_the_jvms_handlers_is_disabled_and_said() -> None:
    code = """
        import faulthandler, warnings
        start()
        faulthandler.enable()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            bb.adopt()
        print([(warning.category.__name__, str(warning.message).split(":")[0]) for warning in said])
        read_through_null = bb.jclass("org.bufferbridge.fixtures.Exits").throwFromNull
        print(faulthandler.is_enabled(), sum(read_through_null() for _ in range(300)))
    """
    program_ = program("jpype", code.replace("bb.adopt()", "bb.adopt(classpath=[TEST_CLASSES])"))
    assert output_of(program_, PYTHONFAULTHANDLER="").splitlines() == [
        "[('RuntimeWarning', 'faulthandler was disabled')]",
        "False 30000",
    ]


def test_faulthandler_from_before_the_jvm_is_safe(bridge: str) -> None:
    code = """
        import faulthandler
        faulthandler.enable()
        start()
        bb.adopt()
        print(faulthandler.is_enabled())
    """
    assert output_of(program(bridge, code), "-W", "error") == "True"


# ------------------------------------------------------------------------------------- wrapping


def test_the_same_object_is_seen_through_both_bridges(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        properties = bb.jclass("java.lang.System").getProperties()
        before = properties.size()
        theirs = find_class("java.util.ArrayList")()
        ours = bb.wrap(theirs)
        ours.add("from here")
        theirs.add("from there")
        print(type(ours).__name__, theirs.size(), ours, bb.wrap(theirs) == ours, properties.size() - before)
    """
    assert output_of(program(bridge, code)) == "JavaObject 2 [from here, from there] True 0"


def test_a_direct_buffer_of_theirs_is_shared(bridge: str) -> None:
    code = """
        import numpy
        start()
        bb.adopt()
        theirs = find_class("java.nio.ByteBuffer").allocateDirect(16)
        ours = bb.wrap(theirs)
        seen = numpy.asarray(ours)
        seen[3] = 42
        print(type(ours).__name__, seen.shape, theirs.get(3), ours.export_count, bb.exports() != [])
    """
    assert output_of(program(bridge, code)) == "JavaBuffer (16,) 42 1 True"


def test_an_array_of_theirs_is_live_in_both_directions(bridge_with_arrays: str) -> None:
    code = """
        import numpy
        start("-XX:+UseG1GC")
        bb.adopt()
        theirs = ints()
        try:
            seen = numpy.asarray(bb.wrap(theirs))
        except BufferError as error:
            print("cannot pin", error)
        else:
            seen[0] = 7
            theirs[2] = 9
            print(seen.tolist(), theirs[0])
    """
    said = output_of(program(bridge_with_arrays, code))
    if said.startswith("cannot pin"):
        pytest.skip(said)
    assert said == "[7, 2, 9] 7"


def test_a_class_of_theirs_is_our_class(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        ours = bb.wrap(find_class("java.util.ArrayList"))
        print(type(ours).__name__, ours is bb.jclass("java.util.ArrayList"), ours().size())
    """
    assert output_of(program(bridge, code)) == "JavaClass True 0"


def test_strings_and_boxes_come_back_as_values() -> None:
    code = """
        start()
        bb.adopt()
        print(repr(bb.wrap(jpype.JString("text"))), bb.wrap(jpype.java.lang.Integer(5)))
    """
    assert output_of(program("jpype", code)) == "'text' 5"


def test_an_object_of_ours_is_returned_as_it_is() -> None:
    ours = bb.jclass("java.util.ArrayList")()
    assert bb.wrap(ours) is ours
    assert bb.wrap(bb.jclass("java.util.ArrayList")) is bb.jclass("java.util.ArrayList")


@pytest.mark.parametrize("other", [3, "text", None, [1], memoryview(b"x")], ids=["int", "str", "none", "list", "memoryview"])
def test_an_object_of_no_bridge_is_refused_by_its_type(other: object) -> None:
    with pytest.raises(TypeError, match=f"JPype, jpy, pyjnius or Jep, not builtins.{type(other).__qualname__}"):
        bb.wrap(other)


def test_wrapping_before_adopting_is_refused(bridge: str) -> None:
    code = """
        start()
        theirs = find_class("java.util.ArrayList")()
        try:
            bb.wrap(theirs)
        except RuntimeError as error:
            print(error)
    """
    assert output_of(program(bridge, code)) == "no JVM is running in this process; call bufferbridge.start() first"


def test_a_class_may_be_given_as_an_object_of_java() -> None:
    map_class = bb.jclass("java.lang.Class").forName("java.util.Map")
    assert bb.jclass(map_class) is bb.jclass("java.util.Map")
    with pytest.raises(TypeError, match=r"java\.lang\.Class, not an object of java\.util\.ArrayList"):
        bb.jclass(bb.jclass("java.util.ArrayList")())
    with pytest.raises(TypeError, match="a str, or a java.lang.Class, not <class 'int'>"):
        bb.jclass(3)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------- memory


def test_closing_an_arena_is_refused_while_python_holds_its_memory(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        arena = bb.jclass("java.lang.foreign.Arena").ofShared()
        memory = arena.allocate(64)
        with memoryview(memory):
            try:
                arena.close()
            except bb.JavaError as error:
                print(error.java_class)
        memory.release()
        arena.close()
        print("closed")
    """
    assert output_of(program(bridge, code)).splitlines() == ["java.lang.IllegalStateException", "closed"]


def test_python_memory_is_locked_while_java_has_it(bridge: str) -> None:
    code = """
        start()
        bb.adopt(classpath=[TEST_CLASSES])
        leasing = bb.jclass("org.bufferbridge.fixtures.Leasing")
        leased = bytearray(b"abc")
        leasing.retain(leased)
        try:
            leased.append(1)
        except BufferError:
            print("locked", len(bb.leases()))
        leasing.closeKept()
        leased.append(1)
        print(len(leased), bb.leases())
    """
    assert output_of(program(bridge, code)).splitlines() == ["locked 1", "4 []"]


@pytest.mark.parametrize("place", ["the JVM's class path", "adopt's class path"])
def test_every_release_reaches_the_exporter_that_granted_it(bridge: str, place: str) -> None:
    code = """
        start()
        bb.adopt(classpath=FURTHER)
        exporter = bb.jclass("org.bufferbridge.fixtures.RecordingExporter").ofBytes(8)
        for _ in range(3):
            memoryview(exporter).release()
        print(exporter.acquired(), exporter.released())
    """
    entries = [*map(Path, own_jars()), TEST_CLASSES]
    theirs, further = (entries, []) if place == "the JVM's class path" else ([], [str(TEST_CLASSES)])
    assert output_of(f"FURTHER = {further!r}\n" + program(bridge, code, classpath=theirs)) == "3 3"


def test_an_exporter_that_the_other_bridge_has_made_is_an_exporter() -> None:
    code = """
        start()
        bb.adopt()
        theirs = find_class("org.bufferbridge.fixtures.RecordingExporter").ofBytes(8)
        memoryview(bb.wrap(theirs)).release()
        print(theirs.acquired(), theirs.released())
    """
    classpath = [*map(Path, own_jars()), TEST_CLASSES]
    assert output_of(program("jpype", code, classpath=classpath)) == "1 1"


# ------------------------------------------------------------------------------------- the end


def test_what_is_out_survives_the_end_of_the_jvm() -> None:
    code = """
        import threading
        start()
        bb.adopt()
        known = memoryview(bb.empty((4,), "d"))
        known[0] = 2.5
        kept = bb.jclass("java.util.ArrayList")()
        thread_saw = []
        jpype.shutdownJVM()
        print(known[0], bb.is_running())
        for call in (lambda: kept.size(), bb.adopt, bb.start, lambda: bb.jclass("java.lang.Math"), lambda: bb.empty((1,), "B")):
            try:
                call()
            except RuntimeError as error:
                print(error)
        known.release()
        del kept
        thread = threading.Thread(target=bb.is_running)
        thread.start(); thread.join()
    """
    said = output_of(program("jpype", code)).splitlines()
    assert said == ["2.5 False", *["the JVM of this process has ended, and a process can have only one"] * 5]


def test_the_end_of_the_jvm_does_not_wait_for_a_thread_that_calls_it() -> None:
    code = """
        import threading
        start()
        bb.adopt()
        calling, refused = threading.Event(), []
        def call():
            absolute = bb.jclass("java.lang.Math").abs
            view = bb.empty((4,), "d")
            try:
                while True:
                    absolute(-1)
                    memoryview(view).release()
                    calling.set()
            except RuntimeError as error:
                refused.append(str(error))
        threads = [threading.Thread(target=call, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        calling.wait()
        jpype.shutdownJVM()
        print("ended")
    """
    assert output_of(program("jpype", code)) == "ended"


def test_a_process_ends_with_its_own_exit_code(bridge: str) -> None:
    code = """
        import sys, threading, time
        start()
        bb.adopt()
        views = [memoryview(bb.empty((4,), "d")) for _ in range(10)]
        sleep = bb.jclass("java.lang.Thread").sleep
        def busy():
            while True:
                sleep(1)
        for _ in range(4):
            threading.Thread(target=busy, daemon=True).start()
        time.sleep(0.2)
        sys.exit(7)
    """
    for _ in range(3):
        ran = run(program(bridge, code))
        assert ran.returncode == 7, ran.stderr
        assert "Traceback" not in ran.stderr


def test_system_exit_keeps_its_status(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        view = memoryview(bb.empty((4,), "d"))
        bb.jclass("java.lang.System").exit(5)
    """
    assert run(program(bridge, code)).returncode == 5


def test_a_forked_child_is_refused_by_name(bridge: str) -> None:
    code = """
        import os
        start()
        bb.adopt()
        view = memoryview(bb.empty((4,), "d"))
        child = os.fork()
        if child == 0:
            try:
                bb.jclass("java.lang.Math")
            except RuntimeError as error:
                os._exit(3 if "does not survive a fork" in str(error) and view[0] == 0 else 4)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    assert output_of(program(bridge, code)) == "3"


def test_a_thread_that_the_other_bridge_detaches_is_attached_anew() -> None:
    code = """
        import threading
        start()
        bb.adopt()
        def use():
            absolute = bb.jclass("java.lang.Math").abs
            jpype.attachThreadToJVM()
            print(absolute(-3), jpype.isThreadAttachedToJVM())
            jpype.detachThreadFromJVM()
            print(absolute(-4))
        thread = threading.Thread(target=use)
        thread.start(); thread.join()
    """
    ran = run(program("jpype", code))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["3", "True", "4"]


def test_ctrl_c_is_as_the_other_bridge_has_it() -> None:
    code = """
        import signal
        start()
        handler = signal.getsignal(signal.SIGINT)
        bb.adopt()
        print(signal.getsignal(signal.SIGINT) is handler)
    """
    assert output_of(program("jpype", code)) == "True"


# ---------------------------------------------------------------------- a Python in a Java program


def test_python_that_jep_has_started_joins_its_jvm(tmp_path: Path) -> None:
    if (found := importlib.util.find_spec("jep")) is None or found.origin is None:
        pytest.skip("Jep is not installed for this interpreter: it has no wheels, and did not build")
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        pytest.skip(f"{sys.executable} has no shared libpython, so Java cannot embed it")
    script = tmp_path / "script.py"
    script.write_text(
        f"""
import bufferbridge as bb, numpy
from java.util import ArrayList
from java.nio import ByteBuffer
bb.adopt(classpath=[{str(TEST_CLASSES)!r}])
theirs = ArrayList()
ours = bb.wrap(theirs)
ours.add("from here")
direct = ByteBuffer.allocateDirect(8)
numpy.asarray(bb.wrap(direct))[3] = 42
exporter = bb.jclass("org.bufferbridge.fixtures.RecordingExporter").ofBytes(8)
memoryview(exporter).release()
print(theirs, direct.get(3), bb.wrap(ArrayList) is bb.jclass("java.util.ArrayList"), exporter.released())
"""
    )
    folder = Path(found.origin).parent
    [jar] = folder.glob("jep-*.jar")
    libpython = Path(sysconfig.get_config_var("LIBDIR")) / sysconfig.get_config_var("INSTSONAME")
    preloaded = " ".join([*os.environ.get("LD_PRELOAD", "").split(), str(libpython)])  # a sanitizer comes first
    ran = subprocess.run(
        [_jvm.find()[0].home / "bin" / "java", f"-Djava.library.path={folder}", "-cp", jar, "jep.Run", script],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LD_PRELOAD": preloaded, "PYTHONPATH": os.pathsep.join(map(str, sys.path[1:]))},
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[from here] 42 True 1"

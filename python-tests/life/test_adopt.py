"""A JVM that another bridge has started: each case has a process of its own, with the real bridge."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import bufferbridge as bb
from bufferbridge._process import jvms
from bufferbridge._process.jars import own_jars
from life.bridges import program
from support.places import TEST_CLASSES
from support.processes import output_of, run
from support.recursion import RECURSION, needs_bounds

# ------------------------------------------------------------------------------------------------------------ joining


def test_a_jvm_of_another_bridge_is_joined(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
        print(bb.is_running(), bb.jclass("java.lang.Math").abs(-3))
    """
    assert output_of(program(bridge, code)) == "True 3"


@needs_bounds
def test_recursion_in_c_is_an_error_when_a_jvm_is_joined(bridge: str) -> None:
    code = """
        start()
        bb.adopt()
    """
    assert output_of(program(bridge, code) + RECURSION) == "RecursionError"


@needs_bounds
def test_recursion_in_c_is_an_error_when_another_thread_joins_a_jvm(bridge: str) -> None:
    code = """
        import threading
        start()
        joining = threading.Thread(target=bb.adopt)
        joining.start()
        joining.join()
        assert bb.jclass("java.lang.Math").abs(-3) == 3
    """
    assert output_of(program(bridge, code) + RECURSION) == "RecursionError"


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
        "other code started this process's JVM, and it cannot be restarted with other arguments: options"
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
        image = bb.jclass("org.bufferbridge.fixtures.exporters.ForeignImage")(3, 2)
        print(memoryview(image).shape)
"""


def test_providers_of_the_class_path_that_is_given_are_found(bridge: str) -> None:
    code = "\n        start()\n        bb.adopt(classpath=[TEST_CLASSES])" + FOREIGN_IMAGE
    assert output_of(program(bridge, code)) == "(2, 3)"


def test_they_are_found_where_the_jvm_has_the_jar_already(bridge: str) -> None:
    code = "\n        start()\n        bb.adopt(classpath=[TEST_CLASSES])" + FOREIGN_IMAGE
    assert output_of(program(bridge, code, classpath=[Path(jar) for jar in own_jars()])) == "(2, 3)"


def test_a_provider_that_two_class_loaders_see_is_made_once() -> None:
    """The provider is on the JVM's class path and on the given one. The library asks for its type once."""
    code = """
        start()
        bb.adopt(classpath=[TEST_CLASSES])
        fresh = bb.jclass("org.bufferbridge.fixtures.exporters.FreshProviders")
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
        f"the JVM of this process is Java {jvms._release_of(jvms._version_of(old.parents[2]) or '')}; "
        "Java 22 or later is required False"
    )


def old_jvms() -> list[Path]:
    libraries = [path / "lib" / "server" / "libjvm.so" for path in Path("/usr/lib/jvm").glob("*")]
    versions = {library: jvms._version_of(library.parents[2]) for library in libraries if library.exists()}
    return [library for library, version in versions.items() if version and 11 <= jvms._release_of(version) < 22]


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
        read_through_null = bb.jclass("org.bufferbridge.fixtures.processes.Exits").throwFromNull
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


# ----------------------------------------------------------------------------------------- a Python in a Java program


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
exporter = bb.jclass("org.bufferbridge.fixtures.exporters.RecordingExporter").ofBytes(8)
memoryview(exporter).release()
print(theirs, direct.get(3), bb.wrap(ArrayList) is bb.jclass("java.util.ArrayList"), exporter.released(), flush=True)
"""
    )
    folder = Path(found.origin).parent
    [jar] = folder.glob("jep-*.jar")
    libpython = Path(sysconfig.get_config_var("LIBDIR")) / sysconfig.get_config_var("INSTSONAME")
    preloaded = " ".join([*os.environ.get("LD_PRELOAD", "").split(), str(libpython)])  # a sanitizer has to come first
    ran = subprocess.run(
        [jvms.find()[0].home / "bin" / "java", f"-Djava.library.path={folder}", "-cp", jar, "jep.Run", script],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LD_PRELOAD": preloaded, "PYTHONPATH": os.pathsep.join(map(str, sys.path[1:]))},
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[from here] 42 True 1"

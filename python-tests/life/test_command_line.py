"""Class paths, options and collectors for the JVM: how they are read, and which are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bufferbridge._process import command_line, jvms
from support.processes import output_of


def test_a_null_character_is_refused() -> None:
    with pytest.raises(ValueError, match="null character"):
        command_line.options_of(["-Daudit=before\0after"])
    with pytest.raises(ValueError, match="null character"):
        command_line.class_path(["a\0b.jar"])


def test_a_file_of_arguments_is_the_java_programs() -> None:
    with pytest.raises(ValueError, match="-XX:VMOptionsFile=options.txt reads a file"):
        command_line.options_of(["@options.txt"])


def test_options_in_place_of_the_class_path_name_the_parameter() -> None:
    with pytest.raises(FileNotFoundError, match=r"'-Xmx1g' does not exist; pass JVM options as options="):
        command_line.class_path("-Xmx1g")


def test_a_jvm_in_place_of_the_class_path_names_the_parameter() -> None:
    with pytest.raises(ValueError, match="is a JVM's folder; pass it as jvm="):
        command_line.class_path(str(jvms.find()[0].home))


def test_a_pattern_of_the_class_path_has_to_match(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="matches no jar"):
        command_line.class_path([tmp_path / "*"])
    (tmp_path / "a.jar").touch()
    (tmp_path / "b.txt").touch()
    for pattern in ("*", "*.jar", "a*"):
        assert command_line.class_path([tmp_path / pattern]) == (str(tmp_path / "a.jar"),)
    with pytest.raises(FileNotFoundError, match="matches no jar"):
        command_line.class_path([tmp_path / "b*"])


def test_a_file_that_is_no_jar_is_refused(tmp_path: Path) -> None:
    jar = tmp_path / "cut.jar"
    jar.write_bytes(b"PK\3\4 and no more")
    with pytest.raises(ValueError, match=r"cut\.jar' is no jar, as it is no zip file"):
        command_line.class_path([jar])


def test_a_pattern_takes_the_folders_name_literally(tmp_path: Path) -> None:
    folder = tmp_path / "lib[1]"
    folder.mkdir()
    (folder / "a.jar").touch()
    assert command_line.class_path([folder / "*"]) == (str(folder / "a.jar"),)


def test_names_that_are_not_utf8_reach_the_jvm_as_bytes(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/cl\xff"
    os.mkdir(folder)
    code = f"""
        import bufferbridge as bb, os
        bb.start(classpath=[os.fsdecode({folder!r})], options=["-Dname=" + os.fsdecode(b"a\\xffb")])
        print(bb.jclass("java.lang.System").getProperty("name") is not None)
    """
    assert output_of(code) == "True"


@pytest.mark.parametrize(
    ("option", "content"),
    [("-XX:VMOptionsFile={}", "-XX:+UseSerialGC\n"), ("-XX:Flags={}", "+UseSerialGC\n")],
    ids=["VMOptionsFile", "Flags"],
)
def test_a_collector_that_a_file_names_wins(option: str, content: str, tmp_path: Path) -> None:
    file = tmp_path / "options.txt"
    file.write_text(content)
    code = f"""
        import bufferbridge as bb
        bb.start(options=[{option.format(file)!r}])
        print(bb.jclass("java.lang.management.ManagementFactory").getGarbageCollectorMXBeans().get(0).getName())
    """
    assert output_of(code) == "Copy"


def test_a_collector_of_the_environment_wins() -> None:
    code = """
        import bufferbridge as bb
        bb.start()
        print(bb.jclass("java.lang.management.ManagementFactory").getGarbageCollectorMXBeans().get(0).getName())
    """
    assert output_of(code, JAVA_TOOL_OPTIONS="-XX:+UseSerialGC") == "Copy"


@pytest.mark.parametrize(
    ("version", "has_it", "collector"),
    [
        ("25", True, "Shenandoah"),
        ("25.0.2", True, "Shenandoah"),
        ("25.0.2.1", True, "Shenandoah"),
        ("25.0.2", False, "G1"),
        ("25.0.3", True, "G1"),
        ("25.0.10", True, "G1"),
        ("25.1", True, "G1"),
        ("24.0.1", True, "G1"),
        ("26", True, "G1"),
    ],
    ids=str,
)
def test_the_default_collector_can_pin(version: str, has_it: bool, collector: str, tmp_path: Path) -> None:
    library = tmp_path / "libjvm.so"
    library.write_bytes(b"\0Shenandoah Pauses\0" if has_it else b"\0G1\0")
    found = jvms.Jvm(tmp_path, library, int(version.split(".")[0]), version, "test")
    assert command_line.default_collector(found) == collector

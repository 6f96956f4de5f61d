"""The library that is released is compiled as the one that is tested. Messages name what stands in the way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from release import native
from support.places import ROOT

POM = (ROOT / "pom.xml").read_text()
NATIVE = ROOT / "tools" / "release" / "native.py"


def test_releases_are_compiled_with_the_options_of_the_build() -> None:
    [options] = re.findall(r"<options>\s*<option>-c</option>(.*?)</options>", POM, re.DOTALL)
    defines = re.findall(r"<define>(.*?)</define>", POM)
    of_the_build = set(re.findall(r"<option>(.*?)</option>", options)) | {f"-D{define}" for define in defines}
    assert of_the_build == {*native.COMPILE, *native.WARNINGS, "-g"}
    [link] = re.findall(r"<native.link>-Wl,(-z.*?)</native.link>", POM)
    assert {f"-Wl,-z,{word}" for word in link.split(",") if word != "-z"} == set(native.LINK_ELF)


def test_the_headers_of_a_release_describe_this_platform_as_its_own_do() -> None:
    ours = dict(re.findall(r"^#define (\w+) (\d+)$", NATIVE.with_name("pyconfig.h").read_text(), re.MULTILINE))
    own = sysconfig.get_config_vars()
    sizes = {name: int(value) for name, value in ours.items() if name.startswith(("SIZEOF", "ALIGNOF"))}
    assert len(sizes) > 15
    assert sizes == {name: own[name] for name in sizes}


def test_each_platform_has_a_tag_and_a_place_of_its_own() -> None:
    for values in ("name", "target", "tag", "jar_folder"):
        assert len({getattr(platform, values) for platform in native.PLATFORMS}) == len(native.PLATFORMS)
    assert native.of_this_machine() in native.PLATFORMS


def test_an_unknown_platform_is_refused_with_the_known_ones() -> None:
    ended = subprocess.run([sys.executable, NATIVE, "solaris"], capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith("there is no platform 'solaris'; the platforms are manylinux-x86_64, ")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CC", "no-such-compiler -m64", "needs a C compiler, and there is no no-such-compiler: install one, or set CC"),
        ("CFLAGS", "-Dbb_reduce=1+", "failed with status 1"),
        ("PATH", "", "needs a C compiler, and there is no "),
    ],
)
def test_an_sdist_that_cannot_be_compiled_says_why(name: str, value: str, sentence: str, tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(NATIVE.parent)!r}); import native, pathlib\n"
    code += f"native.compile_here(pathlib.Path({str(tmp_path / 'library.so')!r}))"
    environment = os.environ | {name: value}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert not (tmp_path / "library.so").exists()

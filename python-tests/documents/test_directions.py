"""The C sources include each other in one direction, by the layers of docs/design/architecture.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.places import ROOT

SOURCES = ROOT / "src" / "main" / "c"
FILES = sorted(SOURCES.rglob("*.[ch]"))

# The layers, lowest first.
ARCHITECTURE = ROOT / "docs" / "design" / "architecture.md"
[LIST] = re.findall(r"^```layers src/main/c$(.*?)^```$", ARCHITECTURE.read_text(), re.M | re.S)
LAYERS = [line.split()[0] for line in LIST.strip().splitlines()]

# Files that depend on each other: classes have members, members are called, calls make objects, objects have classes.
CIRCLE_ALLOWED_IN = "objects"


def included(file: Path) -> list[str]:
    return re.findall(r'^#include "(\w+/\w+\.h)"$', file.read_text(), re.MULTILINE)


def unit(name: str) -> str:
    """The unit of a file; a source and its header are one unit."""
    return name.removesuffix(".c").removesuffix(".h")


GRAPH: dict[str, set[str]] = {}
for each in FILES:
    name = unit(str(each.relative_to(SOURCES)))
    GRAPH.setdefault(name, set()).update({unit(header) for header in included(each)} - {name})


def test_every_folder_is_a_layer() -> None:
    assert {file.parent.name for file in FILES} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_includes_from_itself_and_from_those_before_it(layer: str) -> None:
    allowed = LAYERS[: LAYERS.index(layer) + 1]
    upward = {
        (f"{layer}/{file.name}", header)
        for file in (SOURCES / layer).iterdir()
        for header in included(file)
        if header.partition("/")[0] not in allowed
    }
    assert upward == set()


def circles() -> Iterator[list[str]]:
    """Each path that returns to its beginning, from its smallest name."""

    def walk(path: list[str]) -> Iterator[list[str]]:
        for following in sorted(GRAPH[path[-1]]):
            if following == path[0]:
                yield path
            elif (
                following > path[0]
                and following not in path
                and following.partition("/")[0] == path[0].partition("/")[0]
            ):
                yield from walk([*path, following])

    for start in GRAPH:
        yield from walk([start])


def test_no_two_files_include_each_other_but_those_of_objects() -> None:
    assert [path for path in circles() if not path[0].startswith(CIRCLE_ALLOWED_IN + "/")] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_the_umbrella_comes_first(file: Path) -> None:
    includes = re.findall(r"^#include .*$", file.read_text(), re.MULTILINE)
    if file.name == "bb.h":
        assert all(line.startswith("#include <") for line in includes)
    else:
        assert includes[0] == '#include "base/bb.h"'
        assert not {line for line in includes if re.search(r"<(Python|jni|std(bool|int|atomic|def))\.h>", line)}


def test_a_name_of_a_static_function_is_that_of_one_file() -> None:
    files: dict[str, set[str]] = {}
    for file in SOURCES.rglob("*.c"):
        for function in re.findall(r"^static [\w\s\*]*?[\s\*](\w+)\(", file.read_text(), re.MULTILINE):
            files.setdefault(function, set()).add(file.name)
    assert {function: names for function, names in files.items() if len(names) > 1} == {}

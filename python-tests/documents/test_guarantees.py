"""docs/reference/guarantees.md: each row names a test, and each named test exists."""

from __future__ import annotations

import re

from support import exit_kinds
from support.places import ROOT, TESTS

TEXT = (ROOT / "docs" / "reference" / "guarantees.md").read_text()


def rows() -> list[str]:
    """The last cell of each row of the tables that have a column for tests."""
    cells = []
    table: list[str] = []
    for line in [*TEXT.splitlines(), ""]:
        if line.startswith("|"):
            table.append(line.strip("|").rsplit("|", 1)[-1].strip())
        elif table:
            if table[0] == "Shown by":
                cells += table[2:]
            table = []
    return cells


def names() -> list[str]:
    return [
        name for name in re.findall(r"`([^`\n]+)`", TEXT) if re.match(r"exit |test_\w+\.test_\w+$|\w+Test\.\w+$", name)
    ]


def exists(name: str) -> bool:
    if name.startswith("exit "):
        return name.removeprefix("exit ") in {kind.name for kind in exit_kinds.KINDS}
    file, _, function = name.partition(".")
    if file.startswith("test_"):
        paths = list(TESTS.rglob(f"{file}.py"))
        return any(re.search(rf"^ *def {function}\(", path.read_text(), re.MULTILINE) for path in paths)
    found = list((ROOT / "src" / "test" / "java").rglob(f"{file}.java"))
    return any(re.search(rf"\b(?:void|Stream<DynamicTest>) {function}\(", path.read_text()) for path in found)


def test_each_row_names_its_test() -> None:
    assert len(rows()) > 50
    assert [row for row in rows() if not any(f"`{name}`" in row for name in names())] == []


def test_each_test_that_is_named_exists() -> None:
    assert [name for name in names() if not exists(name)] == []


def test_a_test_that_does_not_exist_is_noticed() -> None:
    for name in ("exit nowhere", "test_leases.test_nothing", "test_nowhere.test_it", "ExportGuardTest.nothing"):
        assert not exists(name)


def test_each_way_to_end_is_in_the_document() -> None:
    assert {kind.name for kind in exit_kinds.KINDS if f"`exit {kind.name}`" not in TEXT} == set()

"""What a release says about itself: one version in all places, a date, and links that lead somewhere."""

from __future__ import annotations

import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

import pytest

import bufferbridge as bb
from release import version
from support.places import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the places that have the version."""
    for name in [*version.PLACES, "CHANGELOG.md"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_all_places_have_the_version_of_the_package() -> None:
    assert version.main(ROOT) == bb.__version__


def test_a_version_is_written_in_all_places(copy: Path) -> None:
    assert version.main(copy, "9.8.7rc1") == "9.8.7rc1"
    assert {version.found(copy, name) for name in version.PLACES} == {"9.8.7rc1"}
    for name, text in version.PLACES.items():
        before, after = (ROOT / name).read_text(), (copy / name).read_text()
        assert after.replace(text.format("9.8.7rc1"), text.format(bb.__version__), 1) == before


@pytest.mark.parametrize("name", [name for name in version.PLACES if name != "pom.xml"])
def test_a_place_with_another_version_is_named(name: str, copy: Path) -> None:
    text = version.PLACES[name]
    content = (copy / name).read_text()
    (copy / name).write_text(content.replace(text.format(bb.__version__), text.format("0.0.9"), 1))
    with pytest.raises(SystemExit, match=re.escape(f"{name} has the version 0.0.9; {bb.__version__} of pom.xml is ")):
        version.main(copy)


@pytest.mark.parametrize("wrong", ["1.2", "v1.2.3", "1.2.3-SNAPSHOT", ""])
def test_what_is_no_version_is_refused(wrong: str, copy: Path) -> None:
    with pytest.raises(SystemExit, match="is no version such as"):
        version.main(copy, wrong)
    assert version.main(copy) == bb.__version__


def test_a_release_needs_a_date_in_the_changelog(copy: Path) -> None:
    changelog = copy / "CHANGELOG.md"
    heading = re.compile(rf"^## \[{re.escape(bb.__version__)}\] - .*$", re.MULTILINE)
    assert heading.search(changelog.read_text())
    changelog.write_text(heading.sub(f"## [{bb.__version__}] - not released yet", changelog.read_text()))
    with pytest.raises(SystemExit, match="has no heading"):
        version.main(copy, "--dated")
    changelog.write_text(heading.sub(f"## [{bb.__version__}] - 2026-01-31", changelog.read_text()))
    assert version.main(copy, "--dated") == bb.__version__


def test_the_description_of_the_distribution_has_no_link_to_a_file() -> None:
    described = metadata.metadata("bufferbridge")
    links = re.findall(r"\]\(([^)\s]+)\)", described["Description"])
    pages = f"https://github.com/bufferbridge/bufferbridge/blob/v{bb.__version__}/"
    assert pages + "CHANGELOG.md" in links
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert re.findall(r'src="(?!https://)[^"]*"', described["Description"]) == []
    assert described["Author"] == "the bufferbridge authors"
    assert f"Source, {pages.removesuffix(f'/blob/v{bb.__version__}/')}" in described.get_all("Project-URL")


def test_the_first_python_of_the_metadata_is_that_of_the_recipe() -> None:
    [oldest] = re.findall(r'python_min: "(.*?)"', (ROOT / "conda" / "recipe.yaml").read_text())
    assert metadata.metadata("bufferbridge")["Requires-Python"] == f">={oldest}"
    assert sys.version_info >= tuple(map(int, oldest.split(".")))

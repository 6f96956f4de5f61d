"""The version of the project, in each place where it stands.

Without an argument, prints it, and fails if the places differ. `version.py X.Y.Z` writes it. `version.py --dated`
prints it, and fails unless CHANGELOG.md gives the release a date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The first match in each file is the project's version. That of pom.xml comes first, and the others have to equal it.
PLACES = {
    "pom.xml": "<version>{}</version>",
    "src/main/python/bufferbridge/_version.py": '__version__ = "{}"',
    "include/bufferbridge.h": '#define BB_VERSION "{}"',
    "examples/maven-project/pom.xml": "<artifactId>bufferbridge</artifactId>\n      <version>{}</version>",
    "benchmarks/java/pom.xml": "<version>{}</version>",
    "spark/pom.xml": "<version>{}</version>",
    "spark/package/bufferbridge_spark/__init__.py": '__version__ = "{}"',
    "conda/recipe.yaml": '  version: "{}"',
}
VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")


def found(root: Path, name: str) -> str | None:
    before, after = map(re.escape, PLACES[name].split("{}"))
    match = re.search(f'{before}([^<"]+){after}', (root / name).read_text(encoding="utf-8"))
    return match[1] if match else None


def problems(root: Path) -> list[str]:
    version = found(root, "pom.xml")
    return [
        f"{name} has the version {found(root, name)}; {version} of pom.xml is required"
        for name in PLACES
        if found(root, name) != version
    ]


def write(root: Path, version: str) -> None:
    for name, text in PLACES.items():
        file = root / name
        content = file.read_text(encoding="utf-8")
        file.write_text(content.replace(text.format(found(root, name)), text.format(version), 1), encoding="utf-8")


def is_dated(root: Path, version: str) -> bool:
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$"
    return re.search(heading, (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE) is not None


def main(root: Path, *arguments: str) -> str:
    """Returns what is printed; raises SystemExit with what is wrong."""
    wrong = problems(root)
    version = found(root, "pom.xml")
    if wrong or version is None:
        raise SystemExit("\n".join(wrong) or "pom.xml has no version")
    if arguments == ("--dated",):
        if not is_dated(root, version):
            raise SystemExit(f"CHANGELOG.md has no heading '## [{version}] - <year>-<month>-<day>'")
    elif arguments:
        if not VERSION.fullmatch(arguments[0]):
            raise SystemExit(f"{arguments[0]!r} is no version such as 1.2.3 or 1.2.3rc1")
        write(root, arguments[0])
        version = arguments[0]
    return version


if __name__ == "__main__":
    print(main(ROOT, *sys.argv[1:]))

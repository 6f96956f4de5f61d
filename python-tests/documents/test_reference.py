"""The pages of the reference: each public name is documented, each message is one of the sources, pictures are made."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import bufferbridge as bb
from support.places import ROOT

REFERENCE = ROOT / "docs" / "reference"
JAVA = ROOT / "src" / "main" / "java" / "org" / "bufferbridge"
# An alias has no docstring of its own; that of a Java class shows its constructors; the version needs none.
WITHOUT_DOCSTRING = {"JavaClass", "LeakLevel", "__version__"}


def module_at(path: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def names_on(page: str) -> set[str]:
    return set(re.findall(r"^::: bufferbridge\.(\w+)$", page, re.MULTILINE))


def test_each_public_name_of_python_is_on_its_page() -> None:
    assert names_on((REFERENCE / "python-api.md").read_text()) - {"imports"} == {*bb.__all__} - {"__version__"}


@pytest.mark.parametrize("name", sorted({*bb.__all__} - WITHOUT_DOCSTRING))
def test_each_public_name_of_python_has_a_docstring(name: str) -> None:
    assert len(inspect.getdoc(getattr(bb, name)) or "") > 20


def members_of_stub() -> list[tuple[str, str, str]]:
    """Class, name and docstring of each public member in the stub of the extension."""
    stub = ast.parse((ROOT / "src" / "main" / "python" / "bufferbridge" / "_native.pyi").read_text())
    classes = [node for node in stub.body if isinstance(node, ast.ClassDef) and node.name in bb.__all__]
    members = [(node.name, member) for node in classes for member in node.body if isinstance(member, ast.FunctionDef)]
    public = [(name, member) for name, member in members if not member.name.startswith("_")]
    return [(name, member.name, ast.get_docstring(member) or "") for name, member in public]


@pytest.mark.parametrize(("kind", "name", "told"), members_of_stub())
def test_the_stub_documents_each_public_member_as_help_does(kind: str, name: str, told: str) -> None:
    shown = inspect.cleandoc(getattr(getattr(bb, kind), name).__doc__)
    assert len(told) > 15
    assert shown.lower().endswith(told.lower())


def public_classes() -> dict[str, str]:
    """The name and the source of each class of the exported package that users can name."""
    sources = {path.stem: path.read_text() for path in JAVA.glob("*.java")}
    kind = r"(?:final |sealed |non-sealed |abstract )*(?:class|interface|record|enum|@interface)"
    return {name: text for name, text in sources.items() if re.search(rf"^public {kind} {name}\b", text, re.MULTILINE)}


def test_each_public_class_of_java_is_on_its_page() -> None:
    linked = set(re.findall(r"org/bufferbridge/(\w+)\.java", (REFERENCE / "java-api.md").read_text()))
    assert linked == public_classes().keys()


def has_documentation(name: str, source: str) -> bool:
    before = re.split(rf"^public [\w @-]*\b{name}\b", source, maxsplit=1, flags=re.MULTILINE)[0]
    return re.search(r"\*/\s*(?:@\w+(?:\([^)]*\))?\s*)*$", before) is not None


@pytest.mark.parametrize("name", sorted(public_classes()))
def test_each_public_class_of_java_has_documentation(name: str) -> None:
    assert has_documentation(name, public_classes()[name])


def test_a_class_without_documentation_is_noticed() -> None:
    assert has_documentation("Order", "/** An order. */\npublic enum Order {}")
    assert not has_documentation("Order", "package a;\n\npublic enum Order {}")


# ---------------------------------------------------------------------------------------------------------- messages


def sources() -> str:
    """The texts of all messages, joined where the source breaks them."""
    files = [path for path in (ROOT / "src" / "main").rglob("*") if path.suffix in (".c", ".h", ".java", ".py")]
    text = "\n".join(path.read_text() for path in files)
    return re.sub(r'"\s*\+?\s*f?"', "", text)


# What CPython, numpy and the JDK say.
FOREIGN = {
    "Existing exports of data: object cannot be re-sized",
    "Session is acquired by 1 clients",
    "class file has wrong version 66.0",
    "invalid syntax (<java>, line 1)",
    "cannot include dtype 'M' in a buffer",
    "multi-dimensional sub-views are not implemented",
}


def unknown_parts(page: str, texts: str) -> list[str]:
    """The parts of the messages in the tables `Message` that no source has."""
    tables = page.split("| Message |")[1:]
    rows = [row for table in tables for row in table.split("\n\n")[0].split("\n")[2:]]
    messages = [message[1] for row in rows if (message := re.match(r"\| `([^`]*)` \|", row))]
    assert len(messages) == len([row for row in rows if row])
    parts = [part.strip() for message in messages if message not in FOREIGN for part in message.split("...")]
    return [part for part in parts if part and part not in texts]


def test_each_message_of_the_page_is_one_of_the_sources() -> None:
    assert unknown_parts((REFERENCE / "errors.md").read_text(), sources()) == []


def test_a_message_that_is_nowhere_is_noticed() -> None:
    page = "| Message | Meaning |\n|---|---|\n| `no JVM ... nowhere at all` | |\n"
    assert unknown_parts(page, "no JVM is") == ["nowhere at all"]


# ---------------------------------------------------------------------------------------------------------- pictures


def test_the_tables_of_demonstrations_have_the_figures_of_the_results() -> None:
    module_at(ROOT / "tools" / "docs" / "demonstrations.py").main("check")


def test_a_table_with_other_figures_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    demonstrations = module_at(ROOT / "tools" / "docs" / "demonstrations.py")
    page = tmp_path / "page.md"
    page.write_text("<!-- table: jdbc -->\n\n| other |\n\n<!-- end -->\n")
    monkeypatch.setattr(demonstrations, "PAGE", page)
    monkeypatch.setattr(demonstrations, "ROOT", tmp_path)
    monkeypatch.setattr(demonstrations, "RESULTS", tmp_path / "results.json")
    (tmp_path / "results.json").write_text('{"jdbc": {"rows": 1000, "seconds, by batches": 0.5}}')
    with pytest.raises(SystemExit, match="page.md has not the figures of results.json"):
        demonstrations.main("check")
    demonstrations.main()
    assert page.read_text().splitlines()[2:5] == ["| 1,000 rows |  |", "| --- | --- |", "| by batches | 0.5 s |"]
    demonstrations.main("check")


def test_the_tables_of_spark_are_those_of_the_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools" / "docs")
    spark = module_at(ROOT / "tools" / "docs" / "spark.py")
    spark.main("check")
    page = tmp_path / "page.md"
    page.write_text("<!-- table: 4096 -->\n\n| stale |\n\n<!-- end -->\n")
    monkeypatch.setattr(spark, "PAGE", page)
    monkeypatch.setattr(spark, "ROOT", tmp_path)
    monkeypatch.setattr(spark, "RESULTS", tmp_path / "results.json")
    seconds = {"a query": {"stock": [3.0, 4.0], "in process": [2.0, 2.0], "shared": [1.0, 1.0]}}
    facts = {"rows": 1000, "batch": "4096", "rounds": 3, spark.SECONDS: seconds}
    (tmp_path / "results.json").write_text(json.dumps({"4096": facts}))
    with pytest.raises(SystemExit, match="page.md has not the figures of results.json"):
        spark.main("check")
    spark.main()
    assert "| a query | 3.00, 4.00 | 2.00, 2.00 | 1.00, 1.00 |  | 2.0, 4.0 |" in page.read_text()


def test_the_pictures_are_those_of_the_script_and_the_results() -> None:
    module_at(ROOT / "tools" / "docs" / "pictures.py").main("check")


def test_a_picture_that_is_not_up_to_date_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = module_at(ROOT / "tools" / "docs" / "pictures.py")
    monkeypatch.setattr(pictures, "PICTURES", tmp_path)
    monkeypatch.setattr(pictures, "ROOT", tmp_path)
    pictures.main()
    (tmp_path / "flows.svg").write_text("<svg/>")
    with pytest.raises(SystemExit, match=r"flows.svg is not what tools/docs/pictures.py draws"):
        pictures.main("check")


def test_the_table_of_performance_is_that_of_the_results(capsys: pytest.CaptureFixture[str]) -> None:
    module_at(ROOT / "benchmarks" / "markdown.py").main()
    assert capsys.readouterr().out in (REFERENCE / "performance.md").read_text()


def test_the_table_is_written_in_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    markdown = module_at(ROOT / "benchmarks" / "markdown.py")
    page = tmp_path / "performance.md"
    page.write_text("Before.\n\n" + markdown.HEAD + "| stale | 1 | 1 .. 1 | 1 | pass |\n\nBehind.\n")
    monkeypatch.setattr(markdown, "PAGE", page)
    markdown.main("write")
    table = markdown.table(json.loads(markdown.RESULTS.read_text())["figures"])
    assert page.read_text() == f"Before.\n\n{table}\nBehind.\n"


def test_a_page_without_the_table_is_noticed() -> None:
    with pytest.raises(SystemExit, match="performance.md has no table that begins with"):
        module_at(ROOT / "benchmarks" / "markdown.py").written("Before.\n", "| table |\n")


def test_a_chart_has_the_bars_that_were_measured_and_the_limit_as_a_line() -> None:
    pictures = module_at(ROOT / "tools" / "docs" / "pictures.py")
    task = pictures.Task(
        "Task",
        "ms",
        {"bufferbridge": ("ours", "x"), "peer": ("theirs", "x"), "absent": ("none", "x")},
        ("C", ("c", "x")),
    )
    times = {("ours", "x"): 2e6, ("theirs", "x"): 4e6, ("c", "x"): 1e6}
    drawn = "\n".join(pictures.chart(task, times, 0, (0, 510))[0])
    assert re.findall(r'class="(ours|others)".* width="([\d.]+)"', drawn) == [("ours", "200.0"), ("others", "400.0")]
    assert "absent" not in drawn
    assert 'class="limit" d="M210.0' in drawn


def test_a_peer_without_a_row_of_its_own_has_the_time_of_the_ratio() -> None:
    medians = module_at(ROOT / "tools" / "docs" / "pictures.py").medians
    figure = {"measured": {"side": "a", "case": "x"}, "against": {"side": "b", "case": "x"}, "ns": 10, "ratio": 0.5}
    assert medians([figure]) == {("a", "x"): 10, ("b", "x"): 20}
    own = figure | {"measured": figure["against"], "against": None, "ns": 21, "ratio": 21}
    assert medians([figure, own]) == {("a", "x"): 10, ("b", "x"): 21}


def test_each_page_is_in_the_navigation_of_the_site() -> None:
    named = set(re.findall(r"[\w-]+/[\w-]+\.md", (ROOT / "mkdocs.yml").read_text().partition("\nnav:")[2]))
    assert named == {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}


@pytest.mark.parametrize("place", ["ISSUE_TEMPLATE/bug.yml", "ISSUE_TEMPLATE/idea.yml", "PULL_REQUEST_TEMPLATE.md"])
def test_the_templates_ask_for_the_doctor(place: str) -> None:
    assert "python -m bufferbridge doctor --json" in (ROOT / ".github" / place).read_text()

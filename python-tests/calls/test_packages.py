"""Java packages and classes by their names: attributes of the package, imports, completion, mistakes."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bufferbridge as bb
from support.imports import imports_undone
from support.processes import output_of
from support.threads import at_once

FIXTURES = "org.bufferbridge.fixtures.calls"


# The folder `examples/java` of this project is on the path. So `java` is a Python namespace in these tests, and the
# packages below it are Java's.


@pytest.fixture
def imports() -> Iterator[None]:
    """Java's packages can be imported; afterwards the import system is as before."""
    with imports_undone():
        importlib.reload(importlib.import_module("bufferbridge.imports"))
        yield


def test_a_class_is_an_attribute_of_its_package() -> None:
    assert bb.java.util.ArrayList is bb.jclass("java.util.ArrayList")
    assert bb.java.util.concurrent.TimeUnit.SECONDS.name() == "SECONDS"
    assert bb.javax.crypto.Cipher is bb.jclass("javax.crypto.Cipher")
    assert bb.org.bufferbridge.fixtures.calls.Boxed is bb.jclass(f"{FIXTURES}.Boxed")  # type: ignore[attr-defined]


def test_a_nested_class_is_an_attribute_of_its_class() -> None:
    assert bb.java.util.Map.Entry is bb.jclass("java.util.Map$Entry")
    assert bb.java.lang.Thread.State.NEW.name() == "NEW"


@pytest.mark.parametrize(
    ("package", "name", "hint"),
    [
        (lambda: bb.java.util, "ArayList", "did you mean 'ArrayList'"),
        (lambda: bb.java, "utl", "did you mean 'util'?"),
        (lambda: bb.java.util, "Zzz", "java.util has no public class or package 'Zzz'; searched: the JDK"),
        (lambda: bb.java, "__path__", "has no attribute"),
    ],
    ids=["class", "package", "nothing like it", "dunder"],
)
def test_a_name_that_is_not_there_is_an_attribute_error(package: Any, name: str, hint: str) -> None:
    with pytest.raises(AttributeError, match=hint.replace("?", r"\?")):
        getattr(package(), name)


@pytest.mark.parametrize("name", ["nothing", "_nothing", "jcls"])
def test_the_library_has_no_other_names(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'bufferbridge' has no attribute '{name}'"):
        getattr(bb, name)


def test_completion_offers_what_can_be_typed() -> None:
    offered = dir(bb.java.util)
    assert {"ArrayList", "Map", "concurrent", "function"} <= set(offered)
    assert not [name for name in offered if not name.isidentifier() or "$" in name]
    assert "AbstractMap$SimpleEntry" not in offered and "ArrayPrefixHelpers" not in offered  # not public
    assert "in_" in dir(bb.java.lang.System) and "in" not in dir(bb.java.lang.System)
    assert bb.java.lang.System.in_ is not None
    view = bb.jclass("org.bufferbridge.BufferView").of(bb.java.lang.foreign.Arena.ofAuto().allocate(8))
    assert {"shape", "shape_", "format_"} <= set(dir(view))
    assert list(view.shape_()) == [8] == list(view.shape)


def test_many_threads_ask_at_once() -> None:
    assert set(at_once(lambda: bb.java.util.zip.CRC32)) == {bb.jclass("java.util.zip.CRC32")}


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("java.util.Arraylist", "did you mean java.util.ArrayList?"),
        ("ArrayList", "did you mean java.util.ArrayList?"),
        ("String[]", "did you mean java.lang.String[]?"),
        ("java.lang.Strng[][]", "did you mean java.lang.String[][]?"),
        ("java/util/Map", "did you mean java.util.Map?"),
        ("java.util", "java.util is a package"),
        ("java.util.ArrayList<String>", "a name has no type arguments: java.util.ArrayList"),
        ("int[3]", "the length of an array is an argument of its class: int[]"),
        ("no.such.Thing", "searched: the JDK"),
    ],
)
def test_a_mistyped_class_leads_to_the_class(name: str, advice: str) -> None:
    with pytest.raises(LookupError) as raised:
        bb.jclass(name)
    assert str(raised.value).startswith(f"no class {name}; ") and advice in str(raised.value)
    assert raised.value.__cause__ is None


def test_type_arguments_in_brackets_are_refused_with_the_way_out() -> None:
    with pytest.raises(TypeError, match=r"<JavaClass java.util.HashMap> takes no type arguments: leave the brackets"):
        bb.java.util.HashMap[str, int]
    with pytest.raises(TypeError, match="'bufferbridge.JavaClass' object is not iterable"):
        iter(bb.java.util.HashMap)


def test_an_instance_member_of_a_class_is_told() -> None:
    with pytest.raises(AttributeError, match="no public static member 'add'; objects of the class have it"):
        bb.java.util.ArrayList.add


def test_python_adds_no_second_advice() -> None:
    with pytest.raises(AttributeError, match="did you mean 'add'") as raised:
        bb.java.util.ArrayList().ad
    assert (raised.value.name, raised.value.obj) == ("ad", None)  # Python would look in the object


# --------------------------------------------------------------------------------------------------------- imports


def test_classes_and_packages_are_imported(imports: None) -> None:
    import java.util.concurrent as concurrent  # type: ignore[import-not-found]
    from java.util import ArrayList, function  # type: ignore[import-not-found]

    assert ArrayList is bb.jclass("java.util.ArrayList")
    assert function.Function is bb.jclass("java.util.function.Function")
    assert concurrent.TimeUnit is bb.jclass("java.util.concurrent.TimeUnit")
    assert importlib.import_module(FIXTURES).Boxed is bb.jclass(f"{FIXTURES}.Boxed")


def test_all_classes_of_a_package_are_imported(imports: None) -> None:
    names: dict[str, Any] = {}
    exec("from java.util.function import *", names)
    assert names["Function"] is bb.jclass("java.util.function.Function")


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("from java.util import ArayList", "did you mean 'ArrayList'"),
        ("import java.util.ArrayList", "is a Java class: from java.util import ArrayList"),
        ("import java.util.nothing", "the Java package java.util has no public class or package 'nothing'"),
        ("import no_such_module", "No module named 'no_such_module'"),
    ],
)
def test_what_is_not_there_is_an_import_error(imports: None, statement: str, text: str) -> None:
    with pytest.raises(ImportError, match=text):
        exec(statement, {})


def test_a_python_package_is_never_shadowed(imports: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "javax").mkdir()
    (tmp_path / "javax" / "__init__.py").write_text("mine = True")
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.import_module("javax").mine
    with pytest.raises(ImportError, match="No module named 'javax.nothing'"):
        importlib.import_module("javax.nothing")


def test_a_folder_without_code_hides_no_java_package(
    imports: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "org").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.import_module(FIXTURES).Boxed is bb.jclass(f"{FIXTURES}.Boxed")
    assert not isinstance(sys.modules["org"], type(bb.java))


def test_the_switch_works_once(imports: None) -> None:
    before = len(sys.meta_path)
    importlib.reload(importlib.import_module("bufferbridge.imports"))
    assert len(sys.meta_path) == before


def test_an_import_before_the_start_says_so() -> None:
    code = """
    import bufferbridge.imports, bufferbridge as bb
    for name in "java.util", "org.example", "javax":
        try:
            __import__(name)
        except ImportError as error:
            print(error)
    try:
        bb.java.util
    except RuntimeError as error:
        print("start" in str(error))
    """
    assert output_of(code).splitlines() == [
        "cannot import java: no JVM is running; call bufferbridge.start() before",
        "No module named 'org'",
        "cannot import javax: no JVM is running; call bufferbridge.start() before",
        "True",
    ]

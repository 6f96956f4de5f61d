"""Java packages as modules: `bufferbridge.java.util`, and what `bufferbridge.imports` imports.

A package keeps the packages below it that were asked for, and no class, because a class may be unloaded.

Threads: any.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from bufferbridge import _native


def names() -> Any:
    """Java's half: the class `Names`."""
    return _native.internal_class("Names")


class JavaPackage(ModuleType):
    """A Java package: its attributes are its public classes, and the packages below it."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return typed(list(names().classes(self.__name__)))
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name, obj=None)
        found = member(self.__name__, name)
        if found is None:
            raise AttributeError(no_name(self.__name__, name), name=name, obj=None)
        if isinstance(found, JavaPackage):
            self.__dict__[name] = found
        return found

    def __dir__(self) -> list[str]:
        return typed([*names().classes(self.__name__), *names().packages(self.__name__)])

    def __repr__(self) -> str:
        return f"<JavaPackage {self.__name__}>"


def member(package: str, name: str) -> Any:
    """The class or package of that name in a package. None if there is neither.

    A name that Python cannot have, such as `in`, is reached with an underscore at its end.
    """
    for candidate in (name, name.removesuffix("_")):
        full = f"{package}.{candidate}"
        found = names().found(full)
        if found is not None:
            return _native.jclass(found)
        if names().isPackage(full):
            return JavaPackage(full)
    return None


def no_name(package: str, name: str) -> str:
    """The message for a name that a package does not have."""
    known = [*names().classes(package), *names().packages(package)]
    import difflib

    close = difflib.get_close_matches(name, known, n=3, cutoff=0.65)
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else f"; {names().searched()}"
    return f"the Java package {package} has no public class or package {name!r}{hint}"


def typed(java_names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The names as one types them in Python.

    Args:
        java_names: names in Java.
        taken: attributes that Python's own type has.
    """
    attributes = frozenset(taken)
    shown = [name + "_" if keyword.iskeyword(name) or name in attributes else name for name in java_names]
    return [name for name in shown if name.isidentifier()]

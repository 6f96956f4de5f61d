"""The public names that are imported when they are first used.

Importing the package alone is quick, because it imports little. Before a JVM runs, `load_all` imports all of it.
So from then on no import is needed where one could fail or would be in the way: below a collection of garbage, at the
end of a stack, while the process ends.
"""

import sys
from importlib import import_module
from types import FunctionType

_NAMES = {
    "_memory.borrow": ["borrow"],
    "_memory.new": ["array", "copy", "empty"],
    "_memory.retain": ["retain"],
    "_objects.boxes": [
        "JavaBigInteger",
        "JavaBox",
        "JavaByte",
        "JavaCharacter",
        "JavaDouble",
        "JavaFloat",
        "JavaInteger",
        "JavaLong",
        "JavaShort",
        "box",
    ],
    "_objects.wrap": ["wrap"],
    "_process.adopt": ["adopt"],
    "_process.headers": ["get_include"],
    "_process.jars": ["jar_path"],
    "_process.jvms": ["JvmNotFoundError"],
    "_process.start": ["start"],
    "_reports.exports": ["ExportInfo", "HoldingInfo", "LeaseInfo", "exports", "holdings", "leases"],
    "_reports.leaks": ["LeakInfo", "LeakLevel", "leak_level", "leaks", "set_leak_level"],
}
# Those without a public name: packages of Java, and what the extension imports at the first class and at an end.
_OTHERS = ("_objects.packages", "_objects.protocols", "_process.end", "_process.host")

_MODULES = {name: module for module, names in _NAMES.items() for name in names}
_PACKAGE = __name__.rpartition(".")[0]


def names() -> list[str]:
    return list(_MODULES)


def has(name: str) -> bool:
    return name in _MODULES


def load(name: str) -> object:
    """Imports a public name, and enters it into the package, where the next use finds it.

    What users have entered under that name stays. All public things of the module are named, because one may hand out
    another: `box` makes a JavaInteger.
    """
    home = _MODULES[name]
    module = import_module(f"{_PACKAGE}.{home}")
    for public in _NAMES[home]:
        name_publicly(getattr(module, public))
    return vars(sys.modules[_PACKAGE]).setdefault(name, getattr(module, name))


def load_all() -> None:
    """Imports all that the package has but its commands. Later calls find it imported."""
    for name in _MODULES:
        load(name)
    for module in _OTHERS:
        import_module(f"{_PACKAGE}.{module}")


def name_publicly(value: object) -> None:
    """Has tracebacks, help() and pickles name a public thing as users import it, and help() a method's module."""
    private = f"{_PACKAGE}._"
    if getattr(value, "__module__", "").startswith(private):
        value.__module__ = _PACKAGE
        for method in vars(value).values() if isinstance(value, type) else ():
            method = getattr(method, "__func__", method)  # of a class method
            if isinstance(method, FunctionType) and method.__module__.startswith(private):
                method.__module__ = _PACKAGE

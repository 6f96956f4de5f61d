"""The signatures of Java methods and constructors, for help() and inspect.signature.

Parameters have the names that the class file has, otherwise `arg0` and so on. The annotations are names of Java types.
"""

from __future__ import annotations

import inspect
import keyword
from typing import Any

from bufferbridge._objects.packages import names


class JavaSignature(inspect.Signature):
    """The signature of a Java method. Where it has several overloads, str() has each on a line."""

    overloads: tuple[inspect.Signature, ...] = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self.overloads)) if len(self.overloads) > 1 else super().__str__()


def signature(group: Any, name: str, is_constructor: bool) -> JavaSignature:
    """The signature of the overloads of a name. That of several is `(*arguments)`, and has them as `overloads`."""
    overloads = tuple(_signature(list(facts), is_constructor) for facts in names().overloads(group))
    if len(overloads) == 1:
        made = JavaSignature(list(overloads[0].parameters.values()), return_annotation=overloads[0].return_annotation)
    else:
        made = JavaSignature([inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL)])
    made.overloads = overloads
    return made


def _signature(facts: list[str], is_constructor: bool) -> inspect.Signature:
    parameters = []
    for index, (type_name, name) in enumerate(zip(facts[1::2], facts[2::2], strict=True)):
        repeats = type_name.endswith("...")
        parameters.append(
            inspect.Parameter(
                _python_name(name) or f"arg{index}",
                inspect.Parameter.VAR_POSITIONAL if repeats else inspect.Parameter.POSITIONAL_ONLY,
                annotation=_Written(type_name.removesuffix("...")),
            )
        )
    returned = inspect.Signature.empty if is_constructor else _Written(facts[0])
    return inspect.Signature(parameters, return_annotation=returned)


def _python_name(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name if name.isidentifier() else ""


class _Written(str):
    """The name of a Java type, which a signature shows without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def documentation(group: Any, name: str, is_constructor: bool) -> str:
    """The text of help(): one line for each overload, as in Java."""
    lines = [_line(list(facts), name, is_constructor) for facts in names().overloads(group)]
    kind = "constructor" if is_constructor else "method"
    if not lines:
        return f"A Java class without a public {kind}."
    return f"A Java {kind}:\n\n" + "\n".join(f"    {line}" for line in lines)


def _line(facts: list[str], name: str, is_constructor: bool) -> str:
    pairs = zip(facts[1::2], facts[2::2], strict=True)
    parameters = ", ".join(f"{type_name} {parameter}".rstrip() for type_name, parameter in pairs)
    return f"{name}({parameters})" if is_constructor else f"{facts[0]} {name}({parameters})"

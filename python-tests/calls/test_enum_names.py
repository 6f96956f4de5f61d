"""A str for an enum parameter, by the constant's name; only the overload that is called initialises the class."""

from __future__ import annotations

import decimal

import pytest

import bufferbridge as bb

ENUMS = "org.bufferbridge.fixtures.calls.EnumOverloads"


def test_a_name_is_the_constant_of_that_name() -> None:
    enums = bb.jclass(ENUMS)
    assert enums.colour("RED") == "RED"
    assert enums.colour("GREEN") == "green"
    with pytest.raises(TypeError, match="the constants of .*Colour are RED, GREEN"):
        enums.colour("green")


def test_an_enum_has_no_constructor_to_call() -> None:
    with pytest.raises(TypeError, match="no public constructor of .*Colour, which is an enum, to call"):
        bb.jclass(ENUMS).Colour("RED")


def test_an_overload_that_is_not_called_initialises_no_class() -> None:
    enums = bb.jclass(ENUMS)
    assert enums.take("x") == "text x"
    with pytest.raises(TypeError, match="the constants of .*Broken are FIRST"):
        enums.broken("SECOND")
    with pytest.raises(bb.JavaError, match="ExceptionInInitializerError"):
        enums.broken("FIRST")
    assert enums.take("x") == "text x"


class Hostile(type):
    def __getattribute__(cls, name: str) -> object:
        return 5 if name == "__qualname__" else super().__getattribute__(name)


class Number(decimal.Decimal, metaclass=Hostile):
    pass


class Anything(metaclass=Hostile):
    pass


@pytest.mark.parametrize("value", [Number("1.5"), Anything()], ids=["Decimal", "opaque"])
def test_a_metaclass_that_answers_with_anything_is_not_asked(value: object) -> None:
    with pytest.raises(TypeError, match=type.__dict__["__qualname__"].__get__(type(value))):
        bb.jclass(ENUMS).colour(value)

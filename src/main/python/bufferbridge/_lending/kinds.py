"""What the type of a foreign object has. A metaclass may answer for attributes with anything, an exception as well."""

from __future__ import annotations

_name_of_type = type.__dict__["__qualname__"].__get__
_bases_of = type.__dict__["__mro__"].__get__
_attributes_of = type.__dict__["__dict__"].__get__


def name_of(value: object) -> str:
    """The name of the object's type."""
    name: str = _name_of_type(type(value))
    return name


def has(kind: type, name: str) -> bool:
    """Whether objects of the type have the attribute, and it is not None. The metaclass is not asked."""
    for base in _bases_of(kind):
        own = _attributes_of(base)
        if name in own:
            return own[name] is not None
    return False

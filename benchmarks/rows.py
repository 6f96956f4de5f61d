"""The rows of the table: which quantities they compare, and their targets."""

from __future__ import annotations

from dataclasses import dataclass

BYTEARRAY = "bytearray"


@dataclass(frozen=True)
class Quantity:
    """The time of a case, divided by that of a control in the same process and round."""

    side: str
    case: str
    control: str | None = BYTEARRAY


@dataclass(frozen=True)
class Row:
    """One figure: a quantity, or its ratio to another one."""

    group: str
    name: str
    measured: Quantity
    target: float | None = None
    against: Quantity | None = None
    unit: str = "ns"


@dataclass(frozen=True)
class Group:
    """Rows whose cases take turns in each round."""

    name: str
    title: str
    rows: tuple[Row, ...]
    rounds: int = 41

    def cases(self) -> list[tuple[str, str]]:
        """The side and the name of each case to be timed."""
        found: dict[tuple[str, str], None] = {}
        for row in self.rows:
            for quantity in (row.measured, row.against):
                if quantity is not None:
                    if quantity.control is not None:
                        found[quantity.side, quantity.control] = None
                    found[quantity.side, quantity.case] = None
        return list(found)

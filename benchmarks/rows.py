"""The rows of the table: which quantities they compare, and their targets."""

from __future__ import annotations

from dataclasses import dataclass

OURS = "bufferbridge"
BYTEARRAY = "bytearray"


@dataclass(frozen=True)
class Quantity:
    """The time of a case, divided by that of a control in the same process and round."""

    side: str
    case: str
    control: str | None = BYTEARRAY


@dataclass(frozen=True)
class Row:
    """One figure: a quantity, or its ratio to another one. Of several others, the smallest in the median counts."""

    group: str
    name: str
    measured: Quantity
    target: float | None = None
    against: Quantity | tuple[Quantity, ...] | None = None
    unit: str = "ns"

    def is_ratio(self) -> bool:
        """Whether the figure is a ratio, not an amount in `unit`."""
        return self.measured.control is not None or self.against is not None

    def others(self) -> tuple[Quantity, ...]:
        """The quantities with one of which this one is compared."""
        if self.against is None:
            return ()
        return self.against if isinstance(self.against, tuple) else (self.against,)


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
            for quantity in (row.measured, *row.others()):
                if quantity.control is not None:
                    found[quantity.side, quantity.control] = None
                found[quantity.side, quantity.case] = None
        return list(found)

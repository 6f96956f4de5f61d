"""Computes the figures from the rounds, and writes the table and the JSON file."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

from rows import Group, Quantity, Row

Round = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Figure:
    """The median of a row's ratio over all rounds, its quartiles, and the time of one turn."""

    row: Row
    ratio: float | None
    lower: float | None = None
    upper: float | None = None
    ns: float | None = None
    best: str | None = None
    """The side that the measured one is compared with, if it is the best of several."""

    def verdict(self) -> str:
        if self.row.target is None:
            return ""
        if self.ratio is None:
            return "not measured"
        return "pass" if self.ratio <= self.row.target else "MISS"


def _value(quantity: Quantity, times: Round) -> float | None:
    time = times.get((quantity.side, quantity.case))
    if time is None or quantity.control is None:
        return time
    control = times.get((quantity.side, quantity.control))
    return None if control is None else time / control


def _values(quantity: Quantity, rounds: list[Round]) -> list[float] | None:
    """The values of all rounds, or None if one has none."""
    found = [_value(quantity, times) for times in rounds]
    values = [value for value in found if value is not None]
    return values if len(values) == len(found) else None


def figure_of(row: Row, rounds: list[Round]) -> Figure:
    values = _values(row.measured, rounds)
    others = {other.side: them for other in row.others() if (them := _values(other, rounds)) is not None}
    if values is None or (row.against is not None and not others):
        return Figure(row, None)
    best = min(others, key=lambda side: statistics.median(others[side])) if others else None
    ratios = values if best is None else [value / other for value, other in zip(values, others[best])]
    lower, median, upper = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else [ratios[0]] * 3
    ns = statistics.median(times[row.measured.side, row.measured.case] for times in rounds)
    return Figure(row, median, lower, upper, ns, best if isinstance(row.against, tuple) else None)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2g}" if value < 0.01 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def _amount(ns: float | None, unit: str) -> str:
    """The measured value itself, with its unit."""
    if ns is None:
        return "-"
    if unit != "ns":
        return f"{ns:.3g} {unit}"
    scales = {"ns": 1.0, "us": 1e3, "ms": 1e6}
    larger, scale = next((each for each in scales.items() if ns < 1000 * each[1]), ("s", 1e9))
    return f"{ns / scale:.3g} {larger}"


def shown(value: float, row: Row) -> str:
    """A figure or a target of that row: a ratio, or an amount with its unit."""
    return f"{value:g}" if row.is_ratio() else _amount(value, row.unit)


def table(group: Group, figures: list[Figure]) -> str:
    """One line for each row: the median, the quartiles, the time, target and verdict."""
    width = max(len(figure.row.name) for figure in figures)
    lines = ["", group.title]
    for figure in figures:
        row = figure.row
        target = "" if row.target is None else f"<= {shown(row.target, row)}"
        spread = f"{_number(figure.lower)} .. {_number(figure.upper)}"
        ratio, spread = (_number(figure.ratio), spread) if row.is_ratio() else ("", "")
        best = "" if figure.best is None else f"best: {figure.best}"
        lines.append(
            f"  {row.name:{width}}  {ratio:>8}  {spread:>16}  {_amount(figure.ns, row.unit):>9}"
            f"  {target:>9}  {figure.verdict():4}  {best}".rstrip()
        )
    return "\n".join(lines)


def write(folder: Path, groups: list[Group], figures: list[Figure], machine: dict[str, object]) -> None:
    """Writes results.json: the machine, and every figure with the quantities that it compares."""
    titles = {group.name: group.title for group in groups}
    rows = []
    for figure in figures:
        row = {"title": titles[figure.row.group], **asdict(figure.row)}
        row |= {"ratio": figure.ratio, "lower": figure.lower, "upper": figure.upper, "ns": figure.ns}
        row |= {"best": figure.best}
        rows.append(row | {"verdict": figure.verdict()})
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": machine, "figures": rows}, indent=1)
    (folder / "results.json").write_text(text + "\n")

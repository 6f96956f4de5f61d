"""Draws the figures that have a target, as an SVG.

Each is shown relative to its target: a figure left of the line passes.
"""

from __future__ import annotations

import math
from html import escape

from report import Figure
from rows import Group

LINE, LEFT, WIDTH, RIGHT = 18, 430, 420, 130
FAINTEST, LOUDEST = 1e-3, 4.0
STYLE = (
    "text{font:12px sans-serif;fill:#222}.title{font-weight:bold}.value{fill:#555}.axis{stroke:#222}"
    ".pass{fill:#4a8f5c}.miss{fill:#c0504d}.spread{stroke:#222;stroke-opacity:.5}"
)


def _x(part: float) -> float:
    """The horizontal place of a figure: logarithmic, and limited at both ends."""
    low, high = math.log(FAINTEST), math.log(LOUDEST)
    return LEFT + WIDTH * (math.log(min(max(part, FAINTEST), LOUDEST)) - low) / (high - low)


def _bar(figure: Figure, top: int) -> str:
    assert figure.ratio is not None and figure.lower is not None and figure.upper is not None
    assert figure.row.target is not None
    target = figure.row.target
    end, lower, upper = (_x(value / target) for value in (figure.ratio, figure.lower, figure.upper))
    kind = "pass" if figure.verdict() == "pass" else "miss"
    middle = top + LINE / 2
    return (
        f'<text x="{LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(figure.row.name)}</text>'
        f'<rect class="{kind}" x="{LEFT}" y="{top + 3}" width="{end - LEFT:.1f}" height="{LINE - 6}"/>'
        f'<line class="spread" x1="{lower:.1f}" x2="{upper:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<text class="value" x="{LEFT + WIDTH + 8}" y="{top + 13}">{figure.ratio:.3g} of {target:g}</text>'
    )


def picture(groups: list[Group], figures: list[Figure]) -> str:
    """The text of the SVG."""
    parts: list[str] = []
    top = 10
    for group in groups:
        shown = [
            figure
            for figure in figures
            if figure.row.group == group.name and figure.row.target is not None and figure.ratio is not None
        ]
        if not shown:
            continue
        parts.append(f'<text class="title" x="10" y="{top + 13}">{escape(group.title)}</text>')
        top += LINE
        for figure in shown:
            parts.append(_bar(figure, top))
            top += LINE
        top += 6
    target = _x(1.0)
    parts.append(f'<line class="axis" x1="{target:.1f}" x2="{target:.1f}" y1="10" y2="{top}"/>')
    parts.append(f'<text x="{target:.1f}" y="{top + 14}" text-anchor="middle">target</text>')
    size = f'width="{LEFT + WIDTH + RIGHT}" height="{top + 24}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>'
        f'<rect width="100%" height="100%" fill="white"/>' + "\n".join(parts) + "</svg>\n"
    )

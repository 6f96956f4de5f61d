"""The pictures of README.md and of the site, in docs/pictures. Each is dark where the reader's system is.

pictures.py          writes them
pictures.py check    fails if they are not up to date
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
RESULTS = ROOT / "benchmarks" / "results" / "results.json"
DEMONSTRATIONS = ROOT / "benchmarks" / "results" / "demonstrations.json"
SPARK = ROOT / "benchmarks" / "results" / "spark.json"
WIDTH = 760
COLOURS = {
    "ground": ("#ffffff", "#1c2128"),
    "text": ("#1f2328", "#e6edf3"),
    "faint": ("#59636e", "#9da7b3"),
    "line": ("#c8d1da", "#444c56"),
    "java": ("#fdf0e3", "#3a2a1a"),
    "python": ("#e7f1fb", "#17293d"),
    "ours": ("#00897b", "#26a69a"),
    "others": ("#b6c0ca", "#57616c"),
}


def svg(height: int, parts: list[str], description: str) -> str:
    def rules(index: int) -> str:
        of = {name: both[index] for name, both in COLOURS.items()}
        fills = "".join(f".{name}{{fill:{colour}}}" for name, colour in of.items())
        lines = {"box": "line", "way": "ours", "back": "faint", "rule": "line", "limit": "text"}
        return fills + "".join(f".{name}{{stroke:{of[colour]}}}" for name, colour in lines.items())

    style = (
        "text{font:14px system-ui,sans-serif}.title{font-weight:600}.small{font-size:12.5px}"
        ".way,.back{fill:none;stroke-width:2}.limit{stroke-dasharray:3 2}.back{stroke-width:1.5;stroke-dasharray:5 4}"
        f"{rules(0)}@media (prefers-color-scheme:dark){{{rules(1)}}}"
    )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>{escape(description)}</title>\n<style>{style}</style>\n"
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>\n{body}\n</svg>\n'
    )


def text(x: float, y: float, words: str, kind: str = "text", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


# ------------------------------------------------------------------------------------------------------------- flows


def box(x: int, y: int, kind: str, title: str, lines: list[str]) -> list[str]:
    parts = [f'<rect class="{kind} box" x="{x}" y="{y}" width="210" height="84" rx="6"/>']
    parts.append(text(x + 105, y + 26, title, "text title", "middle"))
    return parts + [text(x + 105, y + 48 + 19 * n, line, "text small", "middle") for n, line in enumerate(lines)]


def arrow(y: int, to_right: bool, kind: str, words: str) -> list[str]:
    start, end, wing = (246, 512, -8) if to_right else (514, 248, 8)
    shape = f"M{start} {y}H{end}m{wing} -5l{-wing} 5l{wing} 5"
    return [f'<path class="{kind}" d="{shape}"/>', text(WIDTH / 2, y - 8, words, "text small", "middle")]


def flows() -> str:
    parts = [
        text(135, 30, "Java", "text title", "middle"),
        text(625, 30, "Python", "text title", "middle"),
        text(WIDTH / 2, 30, "one process, one memory", "faint small", "middle"),
        *box(30, 46, "java", "exporter", ["array, segment, NIO buffer,", "a class of yours"]),
        *box(520, 46, "python", "buffer", ["numpy, torch, memoryview,", "sockets, files"]),
        *arrow(76, True, "way", "export: Java's memory, not a copy"),
        *arrow(114, False, "back", "release, to the same exporter"),
        *box(30, 152, "java", "view", ["BufferView, MemorySegment,", "ByteBuffer"]),
        *box(520, 152, "python", "exporter", ["ndarray, tensor, column,", "bytes, mmap"]),
        *arrow(182, False, "way", "lease: Python's memory, not a copy"),
        *arrow(220, True, "back", "release, to the same exporter"),
    ]
    return svg(252, parts, "The two ways of memory between Java and Python")


# ---------------------------------------------------------------------------------------------------------- an export

ACTORS = ["consumer", "export.c", "Export.java", "exporter"]
# From which actor, to which, and what.
STEPS = [
    (0, 1, "bb_getbuffer(x, view, flags)"),
    (1, 2, "acquire(number, flags, room)"),
    (2, 3, "getBuffer(request)"),
    (3, 2, "BufferView"),
    (2, 1, "done, and the descriptor"),
    (1, 1, "pin, bb_reduce, link the record"),
    (1, 0, "Py_buffer of the record"),
    (0, 1, "bb_releasebuffer(x, view)"),
    (1, 2, "release(number)"),
    (2, 3, "releaseBuffer(that BufferView)"),
]


def export() -> str:
    """A sequence of calls: an answer is dashed, and a step of one actor stands at its line."""
    places = [80 + 200 * index for index in range(len(ACTORS))]
    bottom = 60 + 34 * len(STEPS)
    parts = [f'<path class="rule" d="M{place} 44V{bottom}"/>' for place in places]
    parts += [text(place, 30, name, "text title", "middle") for place, name in zip(places, ACTORS)]
    for index, (start, end, words) in enumerate(STEPS):
        y = 80 + 34 * index
        here, there = places[start], places[end]
        if start == end:
            parts.append(text(here + 10, y - 4, words, "text small"))
            continue
        wing = -8 if end > start else 8
        shape = f"M{here} {y}H{there}m{wing} -5l{-wing} 5l{wing} 5"
        parts.append(f'<path class="{"way" if end > start else "back"}" d="{shape}"/>')
        parts.append(text((here + there) / 2, y - 6, words, "text small", "middle"))
    return svg(bottom + 12, parts, "An export by a user's exporter, and its release")


# -------------------------------------------------------------------------------------------------------------- tasks

Case = tuple[str, str]
"""A side of the benchmarks, and the name of its case."""


class Task(NamedTuple):
    """What a user does, by each bridge that does it; the limit is what it takes without any bridge."""

    title: str
    unit: str
    bars: dict[str, Case]
    limit: tuple[str, Case] | None = None


def by_each(case: str, *labels: str) -> dict[str, Case]:
    """The same case of these bridges."""
    return {label: (label.lower(), case) for label in ("bufferbridge", *labels)}


OURS = ("bufferbridge", "its first starts")
SCALES = {"µs": 1e3, "ms": 1e6}
FOUR = [
    Task(
        "80 MB of Java as an array of numpy",
        "ms",
        {
            "bufferbridge": ("bufferbridge", "first double[] to numpy"),
            "JPype, a copy": ("jpype", "double[] to numpy"),
            "jpy, a copy": ("jpy", "first double[] to numpy"),
            "Jep, a copy": ("jep", "double[] to numpy"),
        },
        ("numpy's own array", ("bufferbridge", "asarray of bytearray")),
    ),
    Task(
        "100 MB of numpy to a Java method",
        "ms",
        {
            "bufferbridge": ("bufferbridge", "pass 100000000 to PythonBuffer"),
            "JPype": ("jpype", "pass 100000000"),
            "jpy, a copy": ("jpy", "pass 100000000"),
            "Jep, a copy": ("jep", "pass 100000000"),
        },
        ("C by hand", ("bufferbridge", "pass 100000000 by hand")),
    ),
    Task(
        "A call of a Java method with one int",
        "µs",
        by_each("call", "JPype", "jpy", "pyjnius", "Jep"),
        ("C by hand", ("bufferbridge", "call by hand")),
    ),
    Task(
        "Start: from the import to the first array",
        "ms",
        {
            "bufferbridge": ("start", "bufferbridge, archive"),
            "its first starts": ("start", "bufferbridge"),
            "JPype": ("start", "jpype"),
            "jpy": ("start", "jpy"),
        },
        ("the JVM alone", ("start", "the JVM alone")),
    ),
]
MORE = [
    Task("A small array of numpy to a Java method", "µs", by_each("pass 10", "JPype")),
    Task("Two Greek words to Java, and back", "µs", by_each("short Greek both ways", "JPype", "jpy", "pyjnius", "Jep")),
    Task("A list of 1,000 ints to an int[]", "µs", by_each("list to an int[]", "JPype", "jpy", "pyjnius")),
    Task("A loop over a List of 1,000 Integers", "ms", by_each("loop over a List", "JPype", "jpy", "pyjnius")),
    Task("A Java exception that Python catches", "µs", by_each("exception", "JPype", "jpy", "pyjnius")),
    Task("Java calls a Python function 1,000 times", "ms", by_each("function that Java calls", "JPype", "Jep")),
    Task("Java calls f(int), and takes the int", "µs", by_each("f(int) to int, from Java", "Jep")),
    Task("Java evaluates an expression again", "µs", by_each("eval, from Java", "jpy", "Jep")),
]
MORE[0].bars["bufferbridge"] = ("bufferbridge", "pass 10 to PythonBuffer")


LEGEND = "Shorter is faster. Each group has a scale of its own. The dashed line is the limit: without any bridge."


def medians(figures: list[dict[str, Any]]) -> dict[Case, float]:
    """Nanoseconds of each case: as measured, and for what is only compared by the ratio to what was measured."""
    found: dict[Case, float] = {}
    for figure in figures:
        against = figure["against"]
        if isinstance(against, dict) and figure["ratio"]:
            found[against["side"], against["case"]] = figure["ns"] / figure["ratio"]
    measured = {(each["measured"]["side"], each["measured"]["case"]): each["ns"] for each in figures}
    return found | {case: ns for case, ns in measured.items() if ns is not None}


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}" if value >= 0.001 else f"{value:.1g}"


def bars(
    top: int,
    title: str,
    unit: str,
    in_unit: dict[str, float],
    left: int = 150,
    ours: str | tuple[str, ...] = "bufferbridge",
    edges: tuple[int, int] = (20, 580),
) -> tuple[list[str], int]:
    """A group of bars from a common zero at `left`, as long as the times, to the second edge.

    Those whose names begin with `ours` are coloured.
    """
    parts = [text(edges[0], top + 16, title, "text title")]
    longest = max(in_unit.values())
    for index, (name, value) in enumerate(in_unit.items()):
        y = top + 26 + 22 * index
        length = max(1.5, (edges[1] - left) * value / longest)
        kind = "ours" if name.startswith(ours) else "others"
        parts.append(text(left - 10, y + 13, name, "text small", "end"))
        parts.append(f'<rect class="{kind}" x="{left}" y="{y + 2}" width="{length:.1f}" height="14" rx="2"/>')
        parts.append(text(left + 8 + length, y + 13, f"{number(value)} {unit}", "text small"))
    return parts, top + 40 + 22 * len(in_unit)


def chart(task: Task, times: dict[Case, float], top: int, edges: tuple[int, int]) -> tuple[list[str], int]:
    """The bars of a task, and its limit as a line across them. Returns where they end."""
    in_unit = {name: times[case] / SCALES[task.unit] for name, case in task.bars.items() if case in times}
    if not in_unit:
        return [], top
    left = edges[0] + 110
    parts, bottom = bars(top, task.title, task.unit, in_unit, left, OURS, edges)
    if task.limit is not None and task.limit[1] in times:
        value = times[task.limit[1]] / SCALES[task.unit]
        place = left + (edges[1] - left) * min(value / max(in_unit.values()), 1)
        parts.append(f'<path class="limit" d="M{place:.1f} {top + 24}V{bottom - 10}"/>')
        words = f"limit: {task.limit[0]}, {number(value)} {task.unit}"
        parts.append(text(max(left, place - 4), bottom + 3, words, "faint small"))
        bottom += 18
    return parts, bottom + 2


def speed() -> str:
    """The four tasks that README shows."""
    times = medians(json.loads(RESULTS.read_text())["figures"])
    parts: list[str] = [text(20, 28, LEGEND, "faint small")]
    top = 42
    for task in FOUR:
        made, top = chart(task, times, top, (20, WIDTH - 100))
        parts += made
    return svg(top, parts, "Times of bufferbridge and of other bridges")


def peers() -> str:
    """All tasks, in two columns."""
    times = medians(json.loads(RESULTS.read_text())["figures"])
    parts: list[str] = [text(20, 28, LEGEND, "faint small")]
    bottoms = [42, 42]
    for task in FOUR + MORE:
        column = bottoms.index(min(bottoms))
        left = 20 + column * WIDTH // 2
        made, bottoms[column] = chart(task, times, bottoms[column], (left, left + WIDTH // 2 - 100))
        parts += made
    return svg(max(bottoms), parts, "Times of bufferbridge and of other bridges, for twelve tasks")


def query() -> str:
    facts = json.loads(DEMONSTRATIONS.read_text())["jdbc"]
    ways = {key.removeprefix("seconds, "): value for key, value in facts.items() if key.startswith("seconds, ")}
    title = f"A query of {facts['rows']:,} rows of three columns becomes a data frame"
    parts, top = bars(12, title, "s", ways, left=250, ours="batches")
    return svg(top, parts, "Seconds of a query by batches and by rows")


def service() -> str:
    facts = json.loads(DEMONSTRATIONS.read_text())["service"]
    parts: list[str] = []
    top = 12
    for title, key in (
        ("Python's part of a request: the median", "ms, scoring, p50"),
        ("Python's part of a request: 99 of 100 within", "ms, scoring, p99"),
    ):
        ways = {
            "numpy in the service": facts["memory"][key],
            "a worker behind a socket": facts["socket"][key],
        }
        made, top = bars(top, title, "ms", ways, left=200, ours="numpy")
        parts += made
    return svg(top, parts, "Milliseconds of numpy in a Java service, and in a worker behind a socket")


def spark() -> str:
    """CPU of some queries of Spark's guide, as stock Spark computes them and in process."""
    found = json.loads(SPARK.read_text())["4096"]["seconds of wall time and of CPU"]
    parts: list[str] = []
    top = 12
    for name in (
        "arithmetic, Arrow",
        "arithmetic, pandas",
        "upper case, pandas",
        "linear model of scikit-learn",
        "aggregate of 1,000 groups, pandas",
    ):
        titles = {"stock": "worker processes", "in process": "in process", "shared": "in process, shared"}
        ways = {title: found[name][way][1] for way, title in titles.items() if way in found[name]}
        made, top = bars(top, name, "s of CPU", ways, left=200, ours="in process")
        parts += made
    return svg(top, parts, "Seconds of CPU of five queries of Spark, in worker processes and in process")


DRAWN: dict[str, Callable[[], str]] = {
    "flows.svg": flows,
    "export.svg": export,
    "speed.svg": speed,
    "peers.svg": peers,
    "query.svg": query,
    "service.svg": service,
    "spark.svg": spark,
}


def main(*arguments: str) -> None:
    for name, draw in DRAWN.items():
        path = PICTURES / name
        if arguments != ("check",):
            path.write_text(draw(), encoding="utf-8")
        elif path.read_text(encoding="utf-8") != draw():
            raise SystemExit(f"{path.relative_to(ROOT)} is not what tools/docs/pictures.py draws; run it")


if __name__ == "__main__":
    main(*sys.argv[1:])

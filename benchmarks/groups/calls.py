"""Calls from both languages, and the values that go with them."""

from __future__ import annotations

from rows import OURS, Group, Quantity, Row

PEERS = ("jpype", "jpy", "pyjnius")
BEST = "the best of JPype, jpy, pyjnius"


def _beside(group: str, name: str, case: str, sides: tuple[str, ...], target: float | None = None) -> Row:
    """Ours beside the best of these sides."""
    others = tuple(Quantity(side, case, None) for side in sides)
    return Row(group, name, Quantity(OURS, case, None), target, others)


def _each(group: str, case: str, targets: dict[str, float | None]) -> list[Row]:
    """Ours beside each of these sides."""
    ours = Quantity(OURS, case, None)
    return [
        Row(group, f"{case}, beside {side}", ours, target, Quantity(side, case, None))
        for side, target in targets.items()
    ]


def calls() -> Group:
    ours = Quantity(OURS, "call")
    rows = [
        Row("calls", f"beside {peer}", ours, 1.0 if peer in ("jpype", "jpy") else None, Quantity(peer, "call"))
        for peer in ("jpype", "jpy", "pyjnius", "jep")
    ]
    rows += [
        Row("calls", f"time of {side}", Quantity(side, "call")) for side in (OURS, "jpype", "jpy", "pyjnius", "jep")
    ]
    rows.append(Row("calls", "beside C that is written for that method", ours, None, Quantity(OURS, "call by hand")))
    return Group("calls", "a static Java method with one int, from Python", tuple(rows))


def lists() -> Group:
    peers = ("jpype", "jpy", "pyjnius")
    loop, item = "loop over a List", "item of a List"
    passed = {
        "list to a Collection": ("jpype",),
        "list to an int[]": peers,
        "list to a double[]": peers,
        "int[] to a list": peers,
    }
    goals = {("list to an int[]", "jpy"): 0.8}
    rows = [Row("lists", f"loop beside {peer}", Quantity(OURS, loop), 1.0, Quantity(peer, loop)) for peer in peers]
    rows += [Row("lists", f"item beside {peer}", Quantity(OURS, item), None, Quantity(peer, item)) for peer in peers]
    rows += [
        Row("lists", f"{name} of {side}", Quantity(side, case, None))
        for name, case in (("time of a loop", loop), ("time of an item", item))
        for side in (OURS, *peers)
    ]
    rows += [
        Row("lists", f"{case} beside {peer}", Quantity(OURS, case), goals.get((case, peer), 1.0), Quantity(peer, case))
        for case, those in passed.items()
        for peer in those
    ]
    rows += [
        Row("lists", f"{case}, time of {side}", Quantity(side, case, None))
        for case, those in passed.items()
        for side in (OURS, *those)
    ]
    return Group("lists", "1,000 Integers of a Java List, and 1,000 ints of a list", tuple(rows))


def functions() -> Group:
    peers, case = ("jpype", "pyjnius", "jep"), "function that Java calls"
    ours = Quantity(OURS, case)
    rows = [Row("functions", f"beside {peer}", ours, 1.0, Quantity(peer, case)) for peer in peers]
    rows += [Row("functions", f"time of {side}", Quantity(side, case, None)) for side in (OURS, *peers)]
    return Group("functions", "a Python function that a Java loop calls 1,000 times", tuple(rows))


def fields() -> Group:
    cases = (
        "static int, get",
        "static int, set",
        "static String, get",
        "int of an object, get",
        "int of an object, set",
    )
    rows = tuple(_beside("fields", case, case, PEERS, 1.0) for case in cases)
    return Group("fields", f"a field of Java, from Python; {BEST} = 1", rows)


def objects() -> Group:
    rows = (
        _beside("objects", "isinstance(x, JavaClass), beside the best", "isinstance", PEERS, 1.0),
        *_each("objects", "exception", {"jpy": 1.2, "jpype": None, "pyjnius": None}),
    )
    return Group("objects", "isinstance of a Java class, and a Java exception that Python catches", rows)


def strings() -> Group:
    short, large = "short Greek both ways", ("1 MB to Java", "1 MB both ways", "1M Greek to Java", "1M Greek both ways")
    rows = (
        *_each("strings", short, {"jpy": 0.9, "jep": 0.9, "jpype": None, "pyjnius": None}),
        *(_beside("strings", f"{case}, beside the best", case, (*PEERS, "jep"), 0.7) for case in large),
    )
    return Group("strings", "a str to a Java method, and a String back", rows)


def from_java() -> Group:
    goals: dict[str, dict[str, float | None]] = {
        "asInt": {"jpy": 1.0},
        "asLong": {"jpy": 1.0},
        "asDouble": {"jpy": 1.0},
        "str to Java": {"jpy": 1.0},
        "f(int) to int": {"jep": 0.5},
        "attribute to int": {"jep": 0.7, "jpy": None},
        "eval": {"jep": 0.3, "jpy": 0.3},
        "exec": {"jep": 0.3, "jpy": 0.3},
        "floats to double[]": {"jep": 0.8},
        "dict to Map": {"jep": 0.7},
        "Greek both ways": {"jep": 0.9},
        "1 MB both ways": {"jep": 0.7},
        "1 MB to Java": {"jep": 0.7, "jpy": 0.7},
    }
    rows = [
        Row("from-java", f"{case}, beside {side}", Quantity(OURS, timed, None), target, Quantity(side, timed, None))
        for case, targets in goals.items()
        for side, target in targets.items()
        for timed in [f"{case}, from Java"]
    ]
    of_interface, of_jep = (Quantity(OURS, "f(int) of an interface, from Java", None), "f(int) to int, from Java")
    rows.append(
        Row("from-java", "f(int) of an interface, beside jep", of_interface, None, Quantity("jep", of_jep, None))
    )
    return Group("from-java", "Java calls Python", tuple(rows))


def threads() -> Group:
    rows = [
        Row("threads", f"{count} threads, {what}", Quantity(OURS, case, None), target, Quantity("jpype", case, None))
        for work, what, target in (("work", "10 us of Java", 0.8), ("nothing", "an empty method", None))
        for count in (1, 2, 4, 8)
        for case in [f"{work}, {count} threads"]
    ]
    return Group("threads", "Python threads that call Java, by the clock; JPype = 1", tuple(rows), rounds=25)

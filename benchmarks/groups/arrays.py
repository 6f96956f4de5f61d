"""Arrays and tensors: passed, copied, read and written."""

from __future__ import annotations

from rows import OURS, Group, Quantity, Row


def passing() -> Group:
    take = "PythonBuffer"
    small = Quantity(OURS, f"pass 10 to {take}")
    rows = [
        Row("passing", f"{size:,} items beside 10", Quantity(OURS, f"pass {size} to {take}"), 1.1, small)
        for size in (1_000, 100_000, 10_000_000, 100_000_000)
    ]
    rows += [
        Row("passing", "10 items beside JPype's", small, 0.25, Quantity("jpype", "pass 10")),
        Row(
            "passing",
            "1e8 items beside JPype's",
            Quantity(OURS, f"pass 100000000 to {take}"),
            0.25,
            Quantity("jpype", "pass 100000000"),
        ),
        Row("passing", "as BufferView, beside PythonBuffer", Quantity(OURS, "pass 10 to BufferView"), None, small),
        Row(
            "passing", "as MemorySegment, beside PythonBuffer", Quantity(OURS, "pass 10 to MemorySegment"), None, small
        ),
    ]
    large = Quantity(OURS, f"pass 100000000 to {take}")
    rows += [
        Row("passing", f"1e8 items beside {name}", large, None, Quantity(side, case))
        for name, side, case in (
            ("the copy of jpy", "jpy", "pass 100000000"),
            ("the copy of Jep", "jep", "pass 100000000"),
            ("C that is written for that method", OURS, "pass 100000000 by hand"),
        )
    ]
    return Group("passing", "a numpy array to a Java method, call included", tuple(rows))


def arrays() -> Group:
    def beside(case: str, other: Quantity, name: str, target: float | None = None) -> Row:
        return Row("arrays", name, Quantity(OURS, case, None), target, other)

    numpy_sum = Quantity(OURS, "sum of numpy's own", None)
    rows = (
        beside(
            "double[] to numpy",
            Quantity("jpype", "double[] to numpy", None),
            "double[] of 1e7 to numpy, beside JPype's copy",
            0.0001,
        ),
        beside(
            "first double[] to numpy",
            Quantity("jpype", "double[] to numpy", None),
            "the same, pinned and let go each time",
            0.0001,
        ),
        beside(
            "double[] to numpy", Quantity("jpy", "double[] to numpy", None), "the same, beside the copy jpy made before"
        ),
        *(
            beside(
                "first double[] to numpy", Quantity(side, case, None), f"pinned and let go, beside the copy of {name}"
            )
            for name, side, case in (("jpy", "jpy", "first double[] to numpy"), ("Jep", "jep", "double[] to numpy"))
        ),
        beside("numpy to double[]", Quantity("jpype", "numpy to double[]", None), "numpy to double[], beside JPype's"),
        beside("sum of bb.empty", numpy_sum, "numpy's sum of 80 MB in bb.empty, its own = 1", 1.03),
        beside("sum of a double[]", numpy_sum, "numpy's sum of 80 MB in a double[], its own = 1"),
        beside(
            "asarray of bb.empty", Quantity(OURS, "asarray of bytearray", None), "numpy.asarray, of a bytearray = 1"
        ),
    )
    return Group("arrays", "arrays between the languages", rows, rounds=15)


def tensors() -> Group:
    def row(case: str, other: str, target: float) -> Row:
        return Row("tensors", f"{case}; {other} = 1", Quantity(OURS, case), target, Quantity(OURS, other))

    rows = (
        row("from_dlpack of Java memory", "from_dlpack of an array", 1.1),
        row("tensor for Java", "array for Java", 2.0),
    )
    return Group("tensors", "numpy.from_dlpack, and DLPack as an argument of a Java method", rows)


def loops() -> Group:
    def row(loop: str, target: float | None, way: str = "numpy") -> Row:
        name = loop if way == "numpy" else f"{loop}, {way.removeprefix('numpy ')}"
        return Row("loops", name, Quantity(OURS, f"{loop}, {way}", f"{loop}, heap"), target)

    rows = (
        row("sum", 1.05),
        row("gather", 1.05),
        row("strided sum", None),
        row("a*b+c", 1.1, "numpy by vectors"),
        row("a*b+c", None, "numpy in blocks"),
        row("a*b+c", None, "numpy by rows"),
        row("a*b+c", 1.3),
    )
    return Group("loops", "Java loops over 30,000 doubles of numpy's; a heap array = 1", rows)


def tables() -> Group:
    measured = Quantity("arrow", "table of Arrow Java", None)

    def row(name: str, target: float | None, other: str) -> Row:
        return Row("tables", name, measured, target, Quantity("arrow", other, None))

    rows = (
        row("1e7 rows beside 1e4 rows", None, "table of Arrow Java, few rows"),
        row("beside pyarrow's own reader", None, "table of pyarrow"),
    )
    return Group("tables", "pyarrow.table of an ArrowReader of Java, 100 batches", rows, rounds=15)


def blocks() -> Group:
    def beside(name: str, case: str, other: Quantity, target: float | None) -> Row:
        return Row("blocks", name, Quantity(OURS, case, None), target, other)

    def numpy(case: str) -> Quantity:
        return Quantity(OURS, case, None)

    rows = (
        Row("blocks", "bb.empty of one item, the time", Quantity(OURS, "bb.empty of one item", None), 3000),
        beside("beside numpy.zeros", "bb.empty of one item", numpy("numpy.zeros of one item"), None),
        beside(
            "bb.array of 1,000 items, beside JPype",
            "array of 1,000 items",
            Quantity("jpype", "array of 1,000 items", None),
            0.5,
        ),
        *(
            beside(
                f"bb.copy of {count:,} items, beside numpy",
                f"bb.copy of {count}",
                numpy(f"numpy's copy of {count}"),
                1.1,
            )
            for count in (100_000, 1_000_000)
        ),
    )
    return Group("blocks", "new memory, and copies", rows)


def views() -> Group:
    def row(name: str, case: str, other: str, target: float | None) -> Row:
        return Row("views", name, Quantity(OURS, case, None), target, Quantity(OURS, other, None))

    rows = (
        row("getDouble(i, j); a double[][] = 1", "(i, j)", "(i, j), heap", 1.3),
        row("the same in a loop that reads several formats", "(i, j), several formats", "(i, j), heap", None),
        row("getDouble(i, j, k); a double[][][] = 1", "(i, j, k)", "(i, j, k), heap", 1.6),
        row("toDoubleArray; a plain loop = 1", "toDoubleArray", "toDoubleArray, plain loop", 1.1),
        row("copyFrom, every second item; numpy = 1", "copyFrom strided", "numpy's copyto strided", 1.3),
    )
    return Group("views", "the items of a view in Java, after other loops read other formats", rows)

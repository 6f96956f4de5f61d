"""Items, lengths and loops of Java collections, arrays and buffers, while calls fail."""

from __future__ import annotations

import weakref

import bufferbridge as bb
from faults.scenarios.scenario import FIXTURES, Scenario


def items() -> list[Scenario]:
    memories = bb.jclass(FIXTURES + "memory.Memories")
    array = memories.array("int", 8)
    segment = memories.automatic(16)
    plane = memories.view(memories.automatic(24), "<i", [2, 3])
    exporter = bb.jclass(FIXTURES + "exporters.RecordingExporter").ofBytes(8)
    words = bb.jclass("java.util.ArrayList")(["a", "b", "c"])
    table = bb.jclass("java.util.HashMap")()
    table.put("k", 2**70)
    boxes = bb.jclass(FIXTURES + "calls.Boxed").all()
    one = bb.jclass("java.time.Duration").ofSeconds(1)
    two = bb.jclass("java.time.Duration").ofSeconds(2)

    def of_array(_: int) -> None:
        array[2] = 2
        assert len(array) == 8 and array[2] == 2 and array[-1] == 7
        assert array[1:3].tolist() == [1, 2]
        assert list(array) == list(range(8))
        array.release()

    def of_segment(_: int) -> None:
        assert len(segment) == 16 and segment[3] == 3 and sum(segment) == 120
        assert next(reversed(segment)) == 15
        segment[3] = 3
        segment.release()

    def of_plane(_: int) -> None:
        assert len(plane) == 2 and plane.export_count == 0
        plane[1, 2] = plane[1, 2]
        plane.release()

    def of_exporter(_: int) -> None:
        assert len(exporter) == 8 and exporter[0] == 0
        assert len(list(exporter)) == 8
        assert exporter.outstanding() == 0

    def of_list(_: int) -> None:
        assert len(words) == 3 and words[1] == "b" and words[-2:] == ["b", "c"]
        assert list(words) == ["a", "b", "c"] and "c" in words

    def of_map(_: int) -> None:
        table.put("k", 2**70)
        assert table["k"] == 2**70 and list(table) == ["k"] and "q" not in table

    def of_boxes(_: int) -> None:
        read = list(boxes)
        assert [boxes.indexOf(item) for item in read] == list(range(len(read)))
        assert boxes.get(3) == 5 and boxes.contains(boxes.get(3))

    def of_names(_: int) -> None:
        assert list(table.keys()) == ["k"] and "keys" in dir(table)

    def ordered(_: int) -> None:
        assert one < two
        assert not one > two

    def referred_to(_: int) -> None:
        made = bb.jclass("java.util.ArrayList")()
        weak = weakref.ref(made)
        assert weak() is made
        del made
        assert weak() is None

    def raised(_: int) -> None:
        wrong = bb.jclass("java.util.IllegalFormatWidthException")
        try:
            bb.jclass("java.lang.Integer").parseInt("no number")
        except wrong:
            raise AssertionError("another exception was raised") from None
        except bb.jclass("java.lang.NumberFormatException"):
            pass
        bb.jclass("java.util.Objects").requireNonNull(wrong)

    scenarios = {
        "a primitive array": of_array,
        "a segment": of_segment,
        "a view of two dimensions": of_plane,
        "an exporter": of_exporter,
        "a list": of_list,
        "a map": of_map,
        "boxes": of_boxes,
        "the names that a protocol adds": of_names,
        "what is ordered": ordered,
        "a weak reference": referred_to,
        "what a class in except takes": raised,
    }
    return [Scenario(f"items of {name}", run) for name, run in scenarios.items()]

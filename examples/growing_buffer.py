"""A list that grows, but not under a consumer's hands (GrowingBuffer.java).

The rule: what is exported neither moves nor changes its length. Java's `append` is refused with BufferError while an
array looks at the list, as bytearray's is. It succeeds when the last array has let go.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main() -> dict[str, object]:
    readings = bb.jclass("org.bufferbridge.examples.GrowingBuffer")()
    with readings:  # frees the memory at the end
        readings.append(20.5, 21.0, 21.5)
        first, second = np.asarray(readings), np.asarray(readings)
        facts: dict[str, object] = {
            "numbers": first.tolist(),
            "append with two exports out": append(readings, 22.0),
        }
        del first
        facts["append with one export out"] = append(readings, 22.0)
        second[:] -= 20  # writing in place is no change of the memory's size
        del second
        facts["append with none"] = append(readings, *range(100))
        facts["numbers then"] = len(np.asarray(readings))
        facts["the first ones"] = np.asarray(readings)[:3].tolist()
    return facts


def append(readings: bb.JavaBuffer, *numbers: float) -> str:
    """What comes of appending: "done", or why not."""
    try:
        readings.append(*numbers)
    except BufferError as refusal:
        return str(refusal)
    return "done"


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")

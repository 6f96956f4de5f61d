"""Java's records as a structured array (Particles.java).

The rule: a layout is a format. Names, offsets and types of the fields reach numpy as Java has them. numpy's column of a
field is Java's memory, with its stride over the other fields.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main(count: int = 1000) -> dict[str, object]:
    particles = bb.jclass("org.bufferbridge.examples.Particles")(count)
    array = np.asarray(particles)
    facts: dict[str, object] = {
        "format": particles.format,
        "fields": {name: kind.name for name, (kind, *_) in array.dtype.fields.items()},
        "bytes of a record": array.itemsize,
        "ids that Java gave": [int(array["id"][0]), int(array["id"][-1])],
    }
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    array["x"] = 3 + np.cos(angle)  # a circle around (3, 4)
    array["y"] = 4 + np.sin(angle)
    facts["center, as Java finds it"] = rounded(particles.center("x"), particles.center("y"))

    array["mass"][array["x"] < 3] = 0  # only the right half weighs
    facts["x of the center then"] = rounded(particles.center("x"))
    facts["the same by numpy"] = rounded(np.average(array["x"], weights=array["mass"]))

    array["mass"] = 1
    particles.move(-3.0, 1.0)
    facts["center by numpy, after Java moved all"] = rounded(array["x"].mean(), array["y"].mean())
    return facts


def rounded(*values: float) -> list[float]:
    return [round(float(value), 9) + 0.0 for value in values]  # + 0.0 makes 0.0 of -0.0


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")

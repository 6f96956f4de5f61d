"""An image that many Java threads write while numpy reads it (ParallelResult.java).

The rule: an export is no lock. numpy holds one export from beginning to end and finds in it what the
threads have written so far. Order comes from Java: the rows it has counted as done, numpy sees complete.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main(rows: int = 240, columns: int = 320, most_steps: int = 300, threads: int = 4) -> dict[str, object]:
    result = bb.jclass("org.bufferbridge.examples.ParallelResult")(rows, columns, most_steps)
    steps = np.asarray(result)
    looks = []  # (rows that Java has counted, complete rows that numpy finds after that)
    result.start(threads)
    while not looks or looks[-1][0] < rows:
        looks.append((result.rowsDone(), int(np.all(steps, axis=1).sum())))
        time.sleep(0.005)
    result.join()
    return {
        "threads": threads,
        "looks at the unfinished image": sum(1 for done, _ in looks if done < rows),
        "every look found the rows that Java had counted": all(done <= found for done, found in looks),
        "exports during all that": result.export_count,
        "equal to numpy's own image": np.array_equal(steps, mandelbrot(rows, columns, most_steps)),
    }


def mandelbrot(rows: int, columns: int, most_steps: int) -> np.ndarray:
    """The same image by numpy, in the same order of operations: equal to the last bit."""
    real = (-2.2 + 3.2 * np.arange(columns) / columns)[None, :]
    imaginary = (-1.2 + 2.4 * np.arange(rows) / rows)[:, None]
    x = np.zeros((rows, columns))
    y = np.zeros((rows, columns))
    steps = np.zeros((rows, columns), np.int32)
    for _ in range(most_steps):
        inside = x * x + y * y <= 4
        if not inside.any():
            break
        steps += inside
        x, y = np.where(inside, x * x - y * y + real, x), np.where(inside, 2 * x * y + imaginary, y)
    return steps


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")

"""A numpy array that Java's threads filter in place (ParallelFilter.java).

The rule: a Python buffer that Java received can be shared with Java's threads until the call ends. They write
straight into numpy's memory, whatever its strides; there is nothing to copy back.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main(picture: Path = EXAMPLES / "data" / "picture.png", radius: int = 4, threads: int = 4) -> dict[str, object]:
    decoded = bb.jclass("org.bufferbridge.examples.CompressedImage").read(str(picture))
    image = np.array(decoded)  # numpy's own memory
    parallel_filter = bb.jclass("org.bufferbridge.examples.ParallelFilter")
    expected = blurred(image, radius)

    address = image.ctypes.data
    start = time.perf_counter()
    parallel_filter.blur(image, radius, threads)
    seconds = time.perf_counter() - start

    facts: dict[str, object] = {
        "rows, columns, channels": image.shape,
        "threads": threads,
        "the array stayed where it was": image.ctypes.data == address,
        "equal to numpy's own blur": np.array_equal(image, expected),
        "leases left": len(bb.leases()),
    }
    part = image[::-2, 20:200, ::-1]
    expected = blurred(part, radius)
    parallel_filter.blur(part, radius, threads)
    facts["a reversed, strided part of it, too"] = np.array_equal(part, expected)
    facts["seconds"] = round(seconds, 4)
    return facts


def blurred(image: np.ndarray, radius: int) -> np.ndarray:
    """The same by numpy: sums over a window of rows, then of columns, of the image continued at its edges."""
    window = 2 * radius + 1
    padded = np.pad(image.astype(np.int64), [(radius, radius), (radius, radius), (0, 0)], mode="edge")
    rows = np.lib.stride_tricks.sliding_window_view(padded, window, axis=0).sum(axis=-1)
    squares = np.lib.stride_tricks.sliding_window_view(rows, window, axis=1).sum(axis=-1)
    return (squares // window**2).astype(image.dtype)


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")

"""A sparse matrix that is dense while it is exported (SparseMatrix.java).

The rule: of two forms of the same data only one may be true at a time. The first export unpacks the matrix for numpy.
As long as an export is out, Java reads the dense form, too. The last release packs what it finds, writes included, and
frees the memory.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main(file: Path = EXAMPLES / "data" / "grid.mtx") -> dict[str, object]:
    matrix = bb.jclass("org.bufferbridge.examples.SparseMatrix").read(str(file))
    facts: dict[str, object] = {
        "dense before a consumer looks": matrix.isDense(),
        "entries that are not 0": matrix.nonZeros(),
    }
    dense = np.asarray(matrix)
    x = np.arange(dense.shape[1]) % 7 - 3.0
    facts["rows, columns"] = dense.shape
    facts["xAx by numpy"] = float(x @ dense @ x)

    dense[0] = 0  # the first point of the plate is held at its temperature
    dense[0, 0] = 1
    facts["xAx by numpy, after the writes"] = float(x @ dense @ x)
    facts["xAx by Java, while exported"] = matrix.quadraticForm(x.tolist())
    del dense
    facts["dense after the release"] = matrix.isDense()
    facts["xAx by Java, packed again"] = matrix.quadraticForm(x.tolist())
    facts["entries that are not 0 now"] = matrix.nonZeros()
    return facts


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")

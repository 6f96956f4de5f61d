"""A file that Java maps and numpy writes to (MappedFile.java).

The rule: the bridge keeps the exporter's arena open. Closing the file while an array looks at it is refused. So no
array has addresses behind which the file is gone. The exporter needs no count for that. A file mapped for reading
arrives read-only.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main() -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "readings")
        np.arange(1_000_000, dtype=np.float64).tofile(path)
        return facts_of(path)


def facts_of(path: Path) -> dict[str, object]:
    mapped_file = bb.jclass("org.bufferbridge.examples.MappedFile")
    facts: dict[str, object] = {"last number in the file, before": float(np.fromfile(path)[-1])}
    with mapped_file.open(str(path), "d") as file:
        numbers = np.asarray(file)
        numbers += 0.5
        file.force()
        facts["last number in the file, after"] = float(np.fromfile(path)[-1])
        try:
            file.close()
        except bb.JavaError as refusal:
            facts["close while an array looks at the file"] = refusal.java_message
        del numbers  # and the file is closed at the end of `with`
    with mapped_file.openReadOnly(str(path), "d") as file:
        facts["writable when mapped for reading"] = np.asarray(file).flags.writeable
    return facts


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")

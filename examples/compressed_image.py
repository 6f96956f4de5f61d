"""An image that is kept compressed, and is pixels only while a consumer has it (CompressedImage.java).

The rule: memory made for consumers lives from the first export to the last release. The first consumer makes Java
decode the image, and the others share those pixels. When the last one lets go, Java frees them. What was written
meanwhile is encoded again before, so the next consumer finds it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent


def main(picture: Path = EXAMPLES / "data" / "picture.png") -> dict[str, object]:
    image = bb.jclass("org.bufferbridge.examples.CompressedImage").read(str(picture))
    facts: dict[str, object] = {"decoded before a consumer looks": image.isDecoded()}

    pixels = np.asarray(image)
    again = np.asarray(image)
    facts["rows, columns, channels"] = pixels.shape
    facts["exports out"] = image.exports()
    facts["decoded, times"] = image.decodings()
    facts["all share the pixels"] = np.shares_memory(pixels, again)

    pixels[: pixels.shape[0] // 2] //= 2  # the upper half gets darker
    expected = pixels[:, :, 0].mean()
    del pixels
    facts["decoded after one of two releases"] = image.isDecoded()
    del again
    facts["decoded after the last release"] = image.isDecoded()

    later = np.asarray(image)
    facts["decoded anew, times"] = image.decodings()
    facts["the writes survived"] = bool(later[:, :, 0].mean() == expected)
    return facts


if __name__ == "__main__":
    bb.start(classpath=[EXAMPLES.parent / "target" / "examples-classes"])
    for what, fact in main().items():
        print(f"{what}: {fact}")

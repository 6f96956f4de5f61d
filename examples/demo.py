"""Java opens a picture and a sound, numpy changes them in place, Java saves them; nothing is copied.

    python examples/demo.py [IMAGE] [--sound WAV] [--output FOLDER]

Java decodes the files into memory outside of its heap (CompressedImage.java, PcmAudio.java). numpy filters
that memory itself, so Java finds the change without being told. Every number printed is measured on the
way, and the program fails where one is not what it must be. `make demo` compiles the Java classes and runs
this.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
from pathlib import Path

import numpy as np

import bufferbridge as bb

EXAMPLES = Path(__file__).resolve().parent
DATA = EXAMPLES / "data"
TARGET = EXAMPLES.parent / "target"


def main(image: Path, sound: Path, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    filter_picture(image, output)
    fade_sound(sound, output)
    require(bb.exports() == [], f"no exports at the end, not {bb.exports()}")


def filter_picture(file: Path, output: Path) -> None:
    image = bb.jclass("org.bufferbridge.examples.CompressedImage").read(str(file))
    image.save(str(output / "before.png"))

    pixels = np.asarray(image)  # here Java decodes
    report("picture", f"{shown(file)}: {' x '.join(map(str, pixels.shape))} of {pixels.dtype}")
    copied = bytes_copied(pixels, image.address())
    before = image.mean(0)
    sharpen(pixels)
    redden(pixels[:, pixels.shape[1] // 2 :])
    after = image.mean(0)
    report("", f"mean of the first channel by Java: {before:.3f}, after numpy {after:.3f}")
    require(after == pixels[:, :, 0].mean(), "Java and numpy find the same mean")
    require(after != before, "the filter changes the picture")

    out = image.exports()
    del pixels  # here Java encodes what was written, and frees the pixels
    report("", f"bytes copied: {copied}; exports: {out} while numpy looked, {image.exports()} now")
    require((copied, out, image.exports()) == (0, 1, 0), "nothing copied, one export, none in the end")
    require(not image.isDecoded(), "the pixels are freed")

    image.save(str(output / "after.png"))  # decoded anew, with the changes
    report("", f"before: {shown(output / 'before.png')}, after: {shown(output / 'after.png')}")


def sharpen(pixels: np.ndarray) -> None:
    """Five times each pixel less its four neighbours, in place; the outermost pixels stay."""
    wide = pixels.astype(np.int16)  # what a filter reads has to be the old neighbours
    sharp = 5 * wide[1:-1, 1:-1] - wide[:-2, 1:-1] - wide[2:, 1:-1] - wide[1:-1, :-2] - wide[1:-1, 2:]
    pixels[1:-1, 1:-1] = sharp.clip(0, 255)


def redden(pixels: np.ndarray) -> None:
    """More red and less of the other colors, in place; gray just gets lighter."""
    pixels[:, :, 0] += (255 - pixels[:, :, 0]) // 3
    pixels[:, :, 1:3] -= pixels[:, :, 1:3] // 4


def fade_sound(file: Path, output: Path) -> None:
    audio = bb.jclass("org.bufferbridge.examples.PcmAudio").read(str(file))
    samples = np.asarray(audio)
    frames, channels = samples.shape
    seconds = frames / audio.framesPerSecond()
    report("sound", f"{shown(file)}: {frames} frames x {channels} of {samples.dtype}, {seconds:.2f} s")
    copied = bytes_copied(samples, audio.address())
    before = audio.peak(0)
    gain = 0.75 * np.linspace(1, 0, frames)[:, None]
    np.multiply(samples, gain, out=samples, casting="unsafe")
    after = audio.peak(0)
    report("", f"peak of the first channel by Java: {before}, after numpy {after}")
    require(after == np.abs(samples[:, 0].astype(int)).max(), "Java and numpy find the same peak")
    require(after < before, "the fade makes the sound softer")

    out = audio.export_count
    del samples
    report("", f"bytes copied: {copied}; exports: {out} while numpy looked, {audio.export_count} now")
    require((copied, out, audio.export_count) == (0, 1, 0), "nothing copied, one export, none in the end")
    audio.save(str(output / "after.wav"))
    report("", f"after: {shown(output / 'after.wav')}")


def bytes_copied(array: np.ndarray, java_address: int) -> int:
    """How many of the array's bytes are not Java's own memory: none if it begins where Java's does."""
    report("", f"address in Java 0x{java_address:x}, in numpy 0x{array.ctypes.data:x}")
    is_shared = array.ctypes.data == java_address and not array.flags.owndata
    return 0 if is_shared else array.nbytes


def default_image() -> Path:
    """A photograph from an installed package, or else the picture that comes with the examples."""
    for package, photograph in [("sklearn", "datasets/images/china.jpg"), ("skimage", "data/coffee.png")]:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            if (path := Path(folder, photograph)).is_file():
                return path
    return DATA / "picture.png"


def shown(path: Path) -> str:
    """The path as one would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def report(subject: str, line: str) -> None:
    print(f"{subject:8} {line}")


def require(holds: bool, rule: str) -> None:
    if not holds:
        raise SystemExit(f"the demo failed; required is: {rule}")


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Java's pixels and samples, changed in place by numpy.")
    parser.add_argument("image", nargs="?", type=Path, help="any file that ImageIO reads")
    parser.add_argument("--sound", type=Path, metavar="WAV", help="WAV, AIFF or AU of signed 16-bit samples")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="where the results go")
    parser.set_defaults(image=default_image(), sound=DATA / "chord.wav", output=TARGET / "demo")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parsed_arguments()
    bb.start(classpath=[TARGET / "examples-classes"])
    main(arguments.image, arguments.sound, arguments.output)

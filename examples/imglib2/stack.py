"""A stack of microscopy in an ImgLib2 image is filtered in place by scipy and scikit-image; what copying it costs.

The rule: numpy and ImgLib2 work on one memory. The provider of examples/providers exports the image, each filter writes
into its planes, and Java reads the result where it was. JPype's way is beside it: the pixels are copied to numpy, and
the result is copied back.

The stack is made here, with a fixed seed: nuclei of cells, uneven light, out-of-focus haze, and the noise of a camera.

    tools/build-demonstrations
    python examples/imglib2/stack.py --picture stack.png

It needs scipy, scikit-image and Pillow; JPype1 for the comparison.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import filters, measure, morphology

TARGET = Path(__file__).resolve().parents[2] / "target"
OFFSET = 100  # of the camera: what it counts in the dark

# ------------------------------------------------------------------------------------------------------- the picture


def make_stack(planes: int = 64, size: int = 512, seed: int = 20) -> tuple[np.ndarray, int]:
    """A stack of uint16, planes x size x size, and how many nuclei are in it."""
    random = np.random.default_rng(seed)
    radius = 14.0
    centres: list[np.ndarray] = []
    for _ in range(4000):
        centre = random.uniform(2.5 * radius, size - 2.5 * radius, 2)
        if all(np.hypot(*(centre - other)) > 3.6 * radius for other in centres):
            centres.append(centre)
    light = np.zeros((planes, size, size), np.float32)
    z = np.arange(planes)[:, None, None]
    for y, x in centres:
        ry, rx = random.uniform(0.75, 1.15, 2) * radius
        low, left = int(y - 2.5 * radius), int(x - 2.5 * radius)
        window = slice(low, low + int(5 * radius)), slice(left, left + int(5 * radius))
        yy, xx = np.mgrid[window]
        depth, thickness = random.uniform(0.3, 0.7) * planes, random.uniform(0.10, 0.18) * planes
        across = ((yy - y) / ry) ** 2 + ((xx - x) / rx) ** 2
        body = 1 / (1 + np.exp(6 * (np.sqrt(across + ((z - depth) / thickness) ** 2) - 1)))
        chromatin = 1 + 1.2 * ndimage.gaussian_filter(random.normal(size=xx.shape), 1.8)
        light[:, *window] += random.uniform(250, 700) * body * chromatin
    haze = ndimage.gaussian_filter(light.mean(axis=0), 30)
    yy, xx = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    lamp = 1 - 0.35 * ((xx - 0.2) ** 2 + (yy + 0.1) ** 2)
    for plane in light:
        plane[:] = random.poisson((plane + 1.5 * haze + 180) * lamp) + random.normal(OFFSET, 6, plane.shape)
    return np.clip(np.rint(light), 0, 65535).astype(np.uint16), len(centres)


# --------------------------------------------------------------------------------------------------- what Python does


def subtract_offset(pixels: np.ndarray) -> None:
    """A light piece of work: one pass over the pixels, in place."""
    np.maximum(pixels, OFFSET, out=pixels)
    np.subtract(pixels, OFFSET, out=pixels)


def clean(pixels: np.ndarray) -> None:
    """A heavy one: noise and background go, plane by plane, in place."""
    smooth = np.empty(pixels.shape[1:], np.float32)
    background = np.empty_like(smooth)
    for plane in pixels:
        ndimage.gaussian_filter(plane, 1.5, output=smooth)
        ndimage.gaussian_filter(smooth, 24, output=background, truncate=2)
        np.subtract(smooth, background, out=smooth)
        np.clip(smooth, 0, 65535, out=plane, casting="unsafe")


def nuclei(pixels: np.ndarray) -> np.ndarray:
    """The nuclei of a clean stack, in the projection along z: 0 for none, and the number of each."""
    projection = pixels.max(axis=0)
    mask = ndimage.binary_fill_holes(
        morphology.opening(projection > filters.threshold_otsu(projection), np.ones((5, 5)))
    )
    return measure.label(mask)


WORK: dict[str, Callable[[np.ndarray], None]] = {"offset": subtract_offset, "clean": clean}

# --------------------------------------------------------------------------------------------------- the ways


class Shared:
    """bufferbridge: the image itself is a buffer."""

    def __init__(self, stack: np.ndarray) -> None:
        import bufferbridge as bb

        bb.start(classpath=[TARGET / "providers-classes", TARGET / "providers-jars" / "*"])
        self.image = bb.jclass("net.imglib2.img.array.ArrayImgs").unsignedShorts([*stack.shape[::-1]])
        self.hash_of = bb.java.util.Arrays.hashCode
        self.fill(stack)

    def fill(self, stack: np.ndarray) -> None:
        np.asarray(self.image)[:] = stack

    def take(self) -> np.ndarray:
        return np.asarray(self.image)

    def give_back(self, pixels: np.ndarray) -> None:
        pass

    def java_sees(self) -> int:
        return int(self.hash_of(self.image.update(None).getCurrentStorageArray()))


class Copied:
    """JPype: the array of the image is copied to numpy, and back."""

    def __init__(self, stack: np.ndarray) -> None:
        import jpype

        jars = [str(jar) for jar in (TARGET / "providers-jars").glob("imglib2-*.jar")]
        jpype.startJVM("--enable-native-access=ALL-UNNAMED", classpath=jars)
        self.shape = stack.shape
        images = jpype.JClass("net.imglib2.img.array.ArrayImgs")
        image = images.unsignedShorts(jpype.JArray(jpype.JLong)([*stack.shape[::-1]]))
        self.storage = image.update(None).getCurrentStorageArray()
        self.hash_of = jpype.JClass("java.util.Arrays").hashCode
        self.fill(stack)

    def fill(self, stack: np.ndarray) -> None:
        self.storage[:] = stack.view(np.int16).reshape(-1)

    def take(self) -> np.ndarray:
        pixels = np.array(self.storage)
        return pixels.view(np.uint16).reshape(self.shape)

    def give_back(self, pixels: np.ndarray) -> None:
        self.storage[:] = pixels.view(np.int16).reshape(-1)

    def java_sees(self) -> int:
        return int(self.hash_of(self.storage))


WAYS: dict[str, type[Shared] | type[Copied]] = {"bufferbridge": Shared, "JPype": Copied}

# ------------------------------------------------------------------------------------------------------- measured


def high_water(reset: bool = False) -> int:
    """The most bytes that this process had in memory, since the last reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def bytes_copied(way: Shared | Copied, stack: np.ndarray) -> int:
    """Bytes that cross: none, if Java sees what numpy writes; otherwise those of the way there, and of the way back."""
    before = way.java_sees()
    pixels = way.take()
    pixels[0, 0, 0] ^= 1
    if way.java_sees() != before:
        pixels[0, 0, 0] ^= 1
        return 0
    return 2 * stack.nbytes


def measured(name: str, file: Path) -> dict[str, Any]:
    """One round of one way, in a process of its own."""
    stack = np.load(file)
    way = WAYS[name](stack)
    facts: dict[str, Any] = {"bytes copied": bytes_copied(way, stack)}
    for work, do in WORK.items():
        way.fill(stack)
        base = high_water(reset=True)
        start = time.perf_counter()
        pixels = way.take()
        taken = time.perf_counter()
        do(pixels)
        done = time.perf_counter()
        way.give_back(pixels)
        end = time.perf_counter()
        facts[f"MB of memory, {work}"] = round((high_water() - base) / 1e6, 1)
        del pixels
        facts[f"ms, {work}, in all"] = round(1000 * (end - start), 3)
        facts[f"ms, {work}, handing over"] = round(1000 * (end - done + taken - start), 3)
        facts[f"hash, {work}"] = way.java_sees()
    return facts


def run(name: str, file: Path) -> dict[str, Any]:
    ran = subprocess.run([sys.executable, __file__, "--way", name, "--file", file], capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{name}: {ran.stderr}")
    facts: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return facts


def main(planes: int, size: int, rounds: int, ways: list[str], picture: Path | None = None) -> dict[str, Any]:
    stack, count = make_stack(planes, size)
    facts: dict[str, Any] = {"shape": list(stack.shape), "bytes": stack.nbytes, "nuclei made": count, "rounds": rounds}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stack.npy"
        np.save(file, stack)
        # In turns, so that other load of the machine meets all of them; the best round has the least of it.
        found = [{name: run(name, file) for name in ways} for _ in range(rounds)]
    hashes = [[each[name].pop(f"hash, {work}") for work in WORK] for each in found for name in ways]
    facts["all have the same pixels"] = all(pixels == hashes[0] for pixels in hashes)
    for name in ways:
        facts[name] = {what: min(each[name][what] for each in found) for what in found[0][name]}
    raw = stack.copy()
    clean(stack)
    labels = nuclei(stack)
    facts["nuclei found"] = int(labels.max())
    if picture:
        draw(raw, stack, labels).save(picture, optimize=True)
    return facts


def draw(raw: np.ndarray, cleaned: np.ndarray, found: np.ndarray, side: int = 240) -> Image.Image:
    """A corner of the middle plane before and after, and the nuclei in it."""
    middle = len(raw) // 2
    panels = []
    for plane in (raw[middle], cleaned[middle]):
        low, high = np.percentile(plane, (1, 99.8))
        grey = 255 * np.clip((plane[:side, :side] - low) / (high - low), 0, 1) ** 0.6
        panels.append(np.dstack([grey] * 3))
    colours = 60 + 150 * np.random.default_rng(3).random((int(found.max()) + 1, 3))
    colours[0] = 0
    panels.append(0.35 * panels[1] + 0.75 * colours[found[:side, :side]])
    return Image.fromarray(np.hstack(panels).clip(0, 255).astype(np.uint8)).quantize(128, dither=Image.Dither.NONE)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--planes", type=int, default=64)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--json", action="store_true", help="prints the facts as JSON")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        print(json.dumps(measured(given.way, given.file)))
    else:
        facts = main(given.planes, given.size, given.rounds, given.ways, given.picture)
        print(json.dumps(facts) if given.json else "\n".join(f"{what}: {fact}" for what, fact in facts.items()))

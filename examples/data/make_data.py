"""Makes the files the examples read, so that they need no others: picture.png, chord.wav, grid.mtx.

    python examples/data/make_data.py [FOLDER]

numpy computes what is in them, the standard library writes the files. Each is small, and looks, sounds and solves like
a real one. They are a landscape of 480 x 320 pixels, one second of a plucked chord in stereo, and the equations of a
heated plate.
"""

from __future__ import annotations

import struct
import sys
import wave
import zlib
from pathlib import Path

import numpy as np

# -------------------------------------------------------------------------------------- picture


def ridge(random: np.random.Generator, columns: int, height: float, roughness: float) -> np.ndarray:
    """The height of a mountain ridge at each column: waves of ever shorter length and lower height."""
    x = np.linspace(0, 1, columns)
    line = np.zeros(columns)
    for octave in range(8):
        frequency = 1.5 * 2**octave
        line += np.sin(2 * np.pi * (frequency * x + random.random())) * roughness**octave
    return height * (0.6 + 0.4 * line / np.abs(line).max())


def landscape(rows: int, columns: int) -> np.ndarray:
    """Ridges before an evening sky, and their reflection in a lake; rows x columns x 3, uint8."""
    random = np.random.default_rng(seed=7)
    shore = rows * 5 // 8
    down = np.linspace(0, 1, shore)[:, None, None]
    sky = (1 - down) * [70, 98, 152] + down * [250, 196, 140]
    y, x = np.mgrid[0:shore, 0:columns]
    distance = np.hypot(y - shore * 0.62, x - columns * 0.68)[:, :, None]
    sky = sky + 110 * np.exp(-distance / 45) * [1.0, 0.8, 0.45]
    sky = np.where(distance < 15, [255, 244, 214], sky)
    picture = np.broadcast_to(sky, (shore, columns, 3)).copy()
    layers = [(0.52, 0.42, [148, 142, 164]), (0.38, 0.48, [102, 104, 132]), (0.22, 0.55, [54, 66, 84])]
    for height, roughness, color in layers:
        top = shore - ridge(random, columns, height * shore, roughness)[None, :]
        haze = np.clip((y - top) / shore, 0, 1)[:, :, None]
        picture = np.where((y >= top)[:, :, None], np.array(color) + 70 * haze, picture)
    return np.concatenate([picture, lake(picture, rows - shore)]).clip(0, 255).astype(np.uint8)


def lake(above: np.ndarray, rows: int) -> np.ndarray:
    """What is above, upside down, darker, and moved to and fro by waves that grow towards the viewer."""
    y, x = np.mgrid[0:rows, 0 : above.shape[1]]
    depth = (y + 1) / rows
    wave_height = np.sin(38 / (depth + 0.12) + 0.02 * x) * depth * 7
    source = np.clip(above.shape[0] - 1 - y * 1.3 + wave_height, 0, above.shape[0] - 1).astype(int)
    return above[source, x] * 0.72 + np.array([6, 14, 26])


def write_png(path: Path, pixels: np.ndarray) -> None:
    """PNG of 8-bit red, green and blue; each row is stored as its difference to the one above ("Up")."""
    rows, columns, _ = pixels.shape
    differences = np.diff(pixels.reshape(rows, -1), axis=0, prepend=np.uint8(0))
    scanlines = np.insert(differences, 0, 2, axis=1).astype(np.uint8)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(scanlines.tobytes(), 9)), (b"IEND", b"")]
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, data in chunks:
            file.write(struct.pack(">I", len(data)) + kind + data)
            file.write(struct.pack(">I", zlib.crc32(kind + data)))


# ---------------------------------------------------------------------------------------- sound


def pluck(random: np.random.Generator, frames: int, rate: int, frequency: float) -> np.ndarray:
    """A plucked string: noise that runs around in a loop and loses its edges (Karplus and Strong)."""
    period = round(rate / frequency)
    string = random.uniform(-1, 1, period)
    sound = np.empty(frames)
    for start in range(0, frames, period):
        end = min(start + period, frames)
        sound[start:end] = string[: end - start]
        string = 0.4975 * (string + np.roll(string, -1))
    return sound


def chord(frames: int, rate: int) -> np.ndarray:
    """Four strings, from left to right; frames x 2, int16."""
    random = np.random.default_rng(seed=11)
    sound = np.zeros((frames, 2))
    for i, frequency in enumerate([110.0, 164.8, 220.0, 277.2]):
        begin = i * rate // 20
        string = pluck(random, frames - begin, rate, frequency)
        sound[begin:] += string[:, None] * [1 - i / 4, (i + 1) / 4]
    return np.round(sound / np.abs(sound).max() * 24_000).astype(np.int16)


def write_wav(path: Path, samples: np.ndarray, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())


# --------------------------------------------------------------------------------------- matrix


def write_grid(path: Path, side: int) -> None:
    """The heat equation on a square grid (the 5-point stencil), in the Matrix Market format.

    The matrix is symmetric, so only the lower half is written; indices begin with 1.
    """
    entries = []
    for row in range(side * side):
        entries.append((row, row, 4.0))
        if (row + 1) % side != 0:
            entries.append((row + 1, row, -1.0))
        if row + side < side * side:
            entries.append((row + side, row, -1.0))
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.write("%%MatrixMarket matrix coordinate real symmetric\n")
        file.write(f"% heat equation on a grid of {side} x {side} points\n")
        file.write(f"{side * side} {side * side} {len(entries)}\n")
        file.writelines(f"{row + 1} {column + 1} {value:g}\n" for row, column, value in entries)


def main(folder: Path) -> None:
    write_png(folder / "picture.png", landscape(320, 480))
    write_wav(folder / "chord.wav", chord(16_000, 16_000), 16_000)
    write_grid(folder / "grid.mtx", 12)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

"""The examples that decode a file at its first export: each rule has its negative twin."""

from __future__ import annotations

import gc
import hashlib
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

import bufferbridge as bb
import compressed_image
import pcm_audio
import sparse_matrix
from documents.examples import DATA, example, run_together


def save_image(path: Path, kind: str, pixel_type: str) -> None:
    """Saves 17 x 31 pixels in any file and pixel type of ImageIO, half transparent if the type has transparency."""
    buffered_image = bb.jclass("java.awt.image.BufferedImage")
    image = buffered_image(31, 17, getattr(buffered_image, pixel_type))
    for row in range(17):
        for column in range(31):
            image.setRGB(column, row, (0x80 << 24 | column * 8 << 16 | row * 15 << 8 | 77) - 2**32)
    assert bb.jclass("javax.imageio.ImageIO").write(image, kind, bb.jclass("java.io.File")(str(path)))


# --------------------------------------------------------------------------------------------------- compressed image


def test_an_image_is_decoded_once_for_all_and_freed_by_the_last_release() -> None:
    assert compressed_image.main() == {
        "decoded before a consumer looks": False,
        "rows, columns, channels": (320, 480, 3),
        "exports out": 2,
        "decoded, times": 1,
        "all share the pixels": True,
        "decoded after one of two releases": True,
        "decoded after the last release": False,
        "decoded anew, times": 2,
        "the writes survived": True,
    }


def test_an_image_nobody_wrote_to_is_not_encoded_again() -> None:
    image = example("CompressedImage").read(str(DATA / "picture.png"))
    for _ in range(2):
        with memoryview(image):
            assert image.isDecoded()
    assert image.compressedByteSize() == (DATA / "picture.png").stat().st_size


def test_the_smallest_write_to_an_image_is_kept() -> None:
    image = example("CompressedImage").read(str(DATA / "picture.png"))
    pixels = np.asarray(image)
    original = pixels.copy()
    pixels[-1, -1, -1] ^= 1
    expected = pixels.copy()
    del pixels
    later = np.asarray(image)
    assert np.array_equal(later, expected)
    assert not np.array_equal(later, original)


@pytest.mark.parametrize(
    ("kind", "pixel_type", "channels"),
    [
        pytest.param("png", "TYPE_BYTE_GRAY", 1, id="gray"),
        pytest.param("png", "TYPE_INT_RGB", 3, id="colors"),
        pytest.param("png", "TYPE_INT_ARGB", 4, id="alpha"),
        pytest.param("png", "TYPE_BYTE_INDEXED", 3, id="palette"),
        pytest.param("png", "TYPE_USHORT_GRAY", 3, id="sixteen-bits"),
        pytest.param("jpg", "TYPE_INT_RGB", 3, id="jpeg"),
        pytest.param("bmp", "TYPE_3BYTE_BGR", 3, id="bmp"),
    ],
)
def test_writes_survive_in_images_of_all_kinds(tmp_path: Path, kind: str, pixel_type: str, channels: int) -> None:
    save_image(tmp_path / "image", kind, pixel_type)
    image = example("CompressedImage").read(str(tmp_path / "image"))
    pixels = np.asarray(image)
    assert pixels.shape == (17, 31, channels)
    pixels[::2] = np.random.default_rng(3).integers(0, 256, pixels[::2].shape)
    expected = pixels.copy()
    del pixels
    assert np.array_equal(np.asarray(image), expected)


def test_what_is_no_image_is_refused_and_not_counted(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no image")
    image = example("CompressedImage").read(str(tmp_path / "text"))
    with pytest.raises(bb.JavaValueError, match="8 bytes"):
        memoryview(image)
    assert (image.exports(), image.isDecoded()) == (0, False)


def test_many_threads_share_one_decoding() -> None:
    image = example("CompressedImage").read(str(DATA / "picture.png"))
    at_once = threading.Barrier(6)
    views: list[memoryview] = []

    def look() -> None:
        at_once.wait()
        views.append(memoryview(image))

    run_together([look] * 6)
    assert (image.decodings(), image.exports()) == (1, 6)
    run_together([view.release for view in views])
    assert (image.exports(), image.isDecoded()) == (0, False)


# -------------------------------------------------------------------------------------------------------------- sound


def test_a_channel_is_a_column_of_the_sound() -> None:
    assert pcm_audio.main() == {
        "frames, channels": (16_000, 2),
        "format": "int16",
        "bytes from one sample of a channel to the next": 4,
        "the channel is the column": True,
        "they share memory": True,
        "peak of the left channel in Java, before": 21_084,
        "peak of the right channel in Java, before": 24_000,
        "peak of the left channel in Java, after": 10_542,
        "peak of the right channel in Java, after": 0,
    }


def test_java_reads_the_samples_that_python_reads() -> None:
    audio = example("PcmAudio").read(str(DATA / "chord.wav"))
    with wave.open(str(DATA / "chord.wav")) as file:
        expected = np.frombuffer(file.readframes(-1), "<i2").reshape(-1, file.getnchannels())
        assert audio.framesPerSecond() == file.getframerate()
    assert np.array_equal(np.asarray(audio), expected)


def test_what_was_written_to_a_sound_is_saved(tmp_path: Path) -> None:
    audio = example("PcmAudio").read(str(DATA / "chord.wav"))
    samples = np.asarray(audio)
    samples[::2] = -samples[::2]
    audio.save(str(tmp_path / "saved.wav"))
    assert np.array_equal(np.asarray(example("PcmAudio").read(str(tmp_path / "saved.wav"))), samples)


def test_a_channel_outlives_the_sound() -> None:
    audio = example("PcmAudio").read(str(DATA / "chord.wav"))
    left = np.asarray(audio.channel(0))
    expected = left.copy()
    del audio
    gc.collect()
    bb.jclass("java.lang.System").gc()
    assert np.array_equal(left, expected)


def test_a_channel_is_not_contiguous_and_is_refused_as_such() -> None:
    audio = example("PcmAudio").read(str(DATA / "chord.wav"))
    with pytest.raises(BufferError, match="C-contiguous"):
        hashlib.sha256(audio.channel(0))
    assert hashlib.sha256(audio).digest() == hashlib.sha256((DATA / "chord.wav").read_bytes()[44:]).digest()


# ------------------------------------------------------------------------------------------------------------- matrix


def test_a_sparse_matrix_is_dense_while_exported_and_packed_with_the_writes() -> None:
    facts = sparse_matrix.main()
    assert facts["rows, columns"] == (144, 144)
    assert (facts["dense before a consumer looks"], facts["dense after the release"]) == (False, False)
    assert (facts["entries that are not 0"], facts["entries that are not 0 now"]) == (672, 670)
    written = facts["xAx by numpy, after the writes"]
    assert written != facts["xAx by numpy"]
    assert facts["xAx by Java, while exported"] == written
    assert facts["xAx by Java, packed again"] == written


def test_java_reads_the_dense_form_while_it_is_exported() -> None:
    matrix = example("SparseMatrix").read(str(DATA / "grid.mtx"))
    dense = np.asarray(matrix)
    dense[:] = 0
    assert (matrix.isDense(), matrix.nonZeros()) == (True, 0)


def test_the_signs_of_zeros_are_kept() -> None:
    matrix = example("SparseMatrix").read(str(DATA / "grid.mtx"))
    dense = np.asarray(matrix)
    dense[3, 5] = -0.0
    del dense
    assert np.signbit(np.asarray(matrix)[3, 5])


@pytest.mark.parametrize(
    "header",
    ["", "%%MatrixMarket matrix array real general", "%%MatrixMarket matrix coordinate complex general"],
    ids=["empty", "array", "complex"],
)
def test_other_matrix_files_are_refused(tmp_path: Path, header: str) -> None:
    (tmp_path / "other.mtx").write_text(f"{header}\n1 1 1\n1 1 5 0\n")
    with pytest.raises(bb.JavaError, match="required is %%MatrixMarket matrix coordinate real"):
        example("SparseMatrix").read(str(tmp_path / "other.mtx"))


def test_an_entry_outside_of_the_matrix_leaves_nothing_unpacked(tmp_path: Path) -> None:
    (tmp_path / "wrong.mtx").write_text("%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1.0\n")
    matrix = example("SparseMatrix").read(str(tmp_path / "wrong.mtx"))
    with pytest.raises(IndexError):
        memoryview(matrix)
    assert not matrix.isDense()

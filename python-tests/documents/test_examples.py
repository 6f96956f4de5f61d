"""The examples show what they say they show: each is run, and each rule has its negative twin."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import threading
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

import bufferbridge as bb
from bufferbridge import _jvm
from support import raw_requests
from support.places import ROOT

EXAMPLES = ROOT / "examples"
DATA = EXAMPLES / "data"
TARGET = EXAMPLES.parent / "target"

sys.path.insert(0, str(EXAMPLES))
import compressed_image  # noqa: E402
import demo  # noqa: E402
import growing_buffer  # noqa: E402
import mapped_file  # noqa: E402
import parallel_filter  # noqa: E402
import parallel_result  # noqa: E402
import particles  # noqa: E402
import pcm_audio  # noqa: E402
import sparse_matrix  # noqa: E402


def example(name: str) -> bb.JavaClass:
    return bb.jclass(f"org.bufferbridge.examples.{name}")


def save_image(path: Path, kind: str, pixel_type: str) -> None:
    """17 x 31 pixels in any of ImageIO's kinds of files and pixels; half transparent where it can be."""
    buffered_image = bb.jclass("java.awt.image.BufferedImage")
    image = buffered_image(31, 17, getattr(buffered_image, pixel_type))
    for row in range(17):
        for column in range(31):
            image.setRGB(column, row, (0x80 << 24 | column * 8 << 16 | row * 15 << 8 | 77) - 2**32)
    assert bb.jclass("javax.imageio.ImageIO").write(image, kind, bb.jclass("java.io.File")(str(path)))


# ------------------------------------------------------------------------------ compressed image


def test_an_image_is_decoded_once_for_all_and_freed_by_the_last_release() -> None:
    assert compressed_image.main() == {
        "decoded before anybody looks": False,
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
def test_writes_survive_in_images_of_all_kinds(
    tmp_path: Path, kind: str, pixel_type: str, channels: int
) -> None:
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


def run_together(jobs: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ----------------------------------------------------------------------------------------- sound


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


# ---------------------------------------------------------------------------------------- matrix


def test_a_sparse_matrix_is_dense_while_exported_and_packed_with_the_writes() -> None:
    facts = sparse_matrix.main()
    assert facts["rows, columns"] == (144, 144)
    assert (facts["dense before anybody looks"], facts["dense after the release"]) == (False, False)
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


# ----------------------------------------------------------------------------------- mapped file


def test_writes_reach_the_mapped_file_and_close_is_refused_while_exported() -> None:
    facts = mapped_file.main()
    assert facts["last number in the file, before"] == 999_999.0
    assert facts["last number in the file, after"] == 999_999.5
    assert "acquired" in str(facts["close while an array looks at the file"])
    assert facts["writable when mapped for reading"] is False


def test_a_closed_file_is_not_exported(tmp_path: Path) -> None:
    np.zeros(4).tofile(tmp_path / "zeros")
    file = example("MappedFile").open(str(tmp_path / "zeros"), "d")
    file.close()
    with pytest.raises(BufferError, match="closed"):
        memoryview(file)


def test_a_file_mapped_for_reading_refuses_a_writer(tmp_path: Path) -> None:
    np.arange(4.0).tofile(tmp_path / "numbers")
    with example("MappedFile").openReadOnly(str(tmp_path / "numbers"), "d") as file:
        with pytest.raises(ValueError, match="read-only"):
            np.asarray(file)[0] = 1
        with pytest.raises(BufferError, match="read-only"):
            raw_requests.acquire(file, raw_requests.WRITABLE)


def test_a_large_file_is_mapped_and_not_read() -> None:
    """The JDK's own image file is over 100 MB; it begins with 0xCAFEDADA."""
    modules = Path(bb.jclass("java.lang.System").getProperty("java.home"), "lib", "modules")
    if not modules.is_file():
        pytest.skip("this Java runtime has no lib/modules")
    with example("MappedFile").openReadOnly(str(modules), "I") as file:
        words = np.asarray(file)
        assert words.nbytes == modules.stat().st_size // 4 * 4
        assert hex(words[0]) in ("0xcafedada", "0xdadafeca")
        del words


# -------------------------------------------------------------------------------- growing buffer


def test_append_is_refused_while_exported_and_succeeds_afterwards() -> None:
    facts = growing_buffer.main()
    assert "existing exports: 2 are out" in str(facts["append with two exports out"])
    assert "existing exports: 1 are out" in str(facts["append with one export out"])
    assert facts["append with none"] == "done"
    assert facts["numbers then"] == 103
    assert facts["the first ones"] == [0.5, 1.0, 1.5]


def test_a_growing_buffer_is_not_closed_while_exported() -> None:
    readings = example("GrowingBuffer")()
    readings.append(1.0)
    with memoryview(readings), pytest.raises(BufferError, match="existing exports"):
        readings.close()
    readings.close()
    with pytest.raises(BufferError, match="closed"):
        memoryview(readings)


# ------------------------------------------------------------------------------- parallel result


def test_numpy_reads_while_threads_write_and_finds_every_row_that_was_counted() -> None:
    facts = parallel_result.main()
    assert facts["every look found the rows that Java had counted"] is True
    assert facts["exports during all that"] == 1
    assert facts["equal to numpy's own image"] is True


def test_the_threads_go_on_when_python_lets_go() -> None:
    result = example("ParallelResult")(60, 80, 50)
    steps = np.asarray(result)
    result.start(2)
    del steps
    assert result.export_count == 0
    result.join()
    assert np.array_equal(np.asarray(result), parallel_result.mandelbrot(60, 80, 50))


# ------------------------------------------------------------------------------- parallel filter


def test_javas_threads_filter_an_array_in_place() -> None:
    facts = parallel_filter.main()
    del facts["seconds"]
    assert facts == {
        "rows, columns, channels": (320, 480, 3),
        "threads": 4,
        "the array stayed where it was": True,
        "equal to numpy's own blur": True,
        "leases left": 0,
        "a reversed, strided part of it, too": True,
    }


@pytest.mark.parametrize("threads", [1, 2, 7, 50])
@pytest.mark.parametrize("radius", [0, 1, 30])
def test_the_bands_of_the_threads_leave_no_seam(radius: int, threads: int) -> None:
    image = np.random.default_rng(5).integers(0, 256, (23, 31, 2), np.uint8)
    expected = parallel_filter.blurred(image, radius)
    example("ParallelFilter").blur(image, radius, threads)
    assert np.array_equal(image, expected)


def test_the_filter_agrees_with_scipys() -> None:
    image = np.random.default_rng(5).integers(0, 256, (23, 31, 3), np.uint8)
    exact = ndimage.uniform_filter(image.astype(float), (7, 7, 0), mode="nearest")
    example("ParallelFilter").blur(image, 3, 4)
    assert np.abs(image - exact).max() < 1 + 1e-9


@pytest.mark.parametrize("shape", [(0, 4, 3), (4, 0, 3), (4, 4, 0)], ids=["rows", "columns", "channels"])
def test_an_image_of_no_pixels_is_left_alone(shape: tuple[int, int, int]) -> None:
    example("ParallelFilter").blur(np.zeros(shape, np.uint8), 1, 2)


def test_an_image_that_cannot_be_written_is_not_filtered() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    image.flags.writeable = False
    with pytest.raises(BufferError, match="writable"):
        example("ParallelFilter").blur(image, 1, 2)


def test_an_image_of_other_dimensions_is_refused() -> None:
    with pytest.raises(ValueError, match="rows x columns x channels"):
        example("ParallelFilter").blur(np.zeros((4, 4), np.uint8), 1, 2)


# ------------------------------------------------------------------------------------- particles


def test_records_are_a_structured_array_with_javas_names() -> None:
    facts = particles.main()
    assert facts == {
        "format": "T{d:x:d:y:i:id:f:mass:}",
        "fields": {"x": "float64", "y": "float64", "id": "int32", "mass": "float32"},
        "bytes of a record": 24,
        "ids that Java gave": [0, 999],
        "center, as Java finds it": [3.0, 4.0],
        "x of the center then": facts["the same by numpy"],
        "the same by numpy": pytest.approx([3 + 2 / np.pi], abs=0.01),
        "center by numpy, after Java moved all": [0.0, 5.0],
    }


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(bb.JavaError, match=r'no field "z"; its fields are \[x, y, id, mass\]'):
        example("Particles")(3).center("z")


# ------------------------------------------------------------------------------------------ demo


def test_the_demo_filters_a_picture_and_fades_a_sound_without_a_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.main(DATA / "picture.png", DATA / "chord.wav", tmp_path)
    assert capsys.readouterr().out.count("bytes copied: 0; exports: 1 while numpy looked, 0 now") == 2
    image = example("CompressedImage")
    before, after = (np.asarray(image.read(str(tmp_path / name))) for name in ("before.png", "after.png"))
    expected = before.copy()
    demo.sharpen(expected)
    demo.redden(expected[:, 240:])
    assert np.array_equal(after, expected)
    assert not np.array_equal(after, before)
    faded = np.asarray(example("PcmAudio").read(str(tmp_path / "after.wav")))
    assert not faded[-1].any()


def test_bytes_that_were_copied_are_counted() -> None:
    audio = example("PcmAudio").read(str(DATA / "chord.wav"))
    assert demo.bytes_copied(np.asarray(audio), audio.address()) == 0
    assert demo.bytes_copied(np.array(audio), audio.address()) == 64_000


def test_the_java_program_computes_with_numpy_without_a_copy() -> None:
    options = ["--enable-native-access=ALL-UNNAMED", f"-Dbufferbridge.python={sys.executable}"]
    classes = [str(TARGET / "bufferbridge.jar"), str(TARGET / "jars" / "*"), str(TARGET / "examples-classes")]
    java = str(_jvm.find()[0].home / "bin" / "java")
    command = [java, *options, "-cp", os.pathsep.join(classes), "org.bufferbridge.examples.Chord"]
    ran = subprocess.run(
        [*command, str(DATA / "chord.wav")], capture_output=True, text=True, timeout=120, cwd=EXAMPLES
    )
    if "has no shared libpython" in ran.stderr:
        pytest.skip(ran.stderr)
    assert (ran.returncode, ran.stderr) == (0, "")
    for line in [
        "166.0 Hz is E3",
        "refused  the arena cannot be closed while Python holds its memory",
        'File "<java>", line 1, in <module>',
        "end      exports: 0, leases: 0",
    ]:
        assert line in ran.stdout


@pytest.mark.parametrize("script", sorted(path.stem for path in EXAMPLES.glob("*.py")))
def test_every_example_runs_by_itself(script: str, tmp_path: Path) -> None:
    arguments = ["--output", str(tmp_path)] if script == "demo" else []
    command = [sys.executable, "-W", "error", str(EXAMPLES / f"{script}.py"), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout


def test_the_data_is_what_the_script_makes(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", str(DATA / "make_data.py"), str(tmp_path)]
    subprocess.run(command, check=True, timeout=120)
    assert (tmp_path / "grid.mtx").read_bytes() == (DATA / "grid.mtx").read_bytes()
    for exporter, name in [("CompressedImage", "picture.png"), ("PcmAudio", "chord.wav")]:
        made, kept = (np.asarray(example(exporter).read(str(folder / name))) for folder in (tmp_path, DATA))
        # Not to the last bit: sines and random numbers may differ between versions of numpy.
        assert np.abs(made.astype(int) - kept).mean() < 1

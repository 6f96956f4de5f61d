"""The examples that share memory while both languages work on it: each rule has its negative twin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

import bufferbridge as bb
import growing_buffer
import mapped_file
import parallel_filter
import parallel_result
import particles
from documents.examples import example
from support import raw_requests

# -------------------------------------------------------------------------------------------------------- mapped file


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
    """The JDK's own image file has over 100 MB, and begins with 0xCAFEDADA."""
    modules = Path(bb.jclass("java.lang.System").getProperty("java.home"), "lib", "modules")
    if not modules.is_file():
        pytest.skip("this Java runtime has no lib/modules")
    with example("MappedFile").openReadOnly(str(modules), "I") as file:
        words = np.asarray(file)
        assert words.nbytes == modules.stat().st_size // 4 * 4
        assert hex(words[0]) in ("0xcafedada", "0xdadafeca")
        del words


# ----------------------------------------------------------------------------------------------------- growing buffer


def test_append_is_refused_while_exported_and_succeeds_afterwards() -> None:
    facts = growing_buffer.main()
    assert "existing exports: 2 are out" in str(facts["append with two exports out"])
    assert "existing exports: 1 is out" in str(facts["append with one export out"])
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


# ---------------------------------------------------------------------------------------------------- parallel result


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


# ---------------------------------------------------------------------------------------------------- parallel filter


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


# ---------------------------------------------------------------------------------------------------------- particles


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

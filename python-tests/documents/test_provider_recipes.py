"""The providers of examples/providers: each exports memory without a copy, and lets go of it; and their page."""

from __future__ import annotations

import contextlib
import gc
import io
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import bufferbridge as bb
from documents.blocks import blocks_of, matches
from support.places import HAS_PROVIDERS, PROVIDERS_CLASSPATH, ROOT
from support.processes import output_of

if not HAS_PROVIDERS:
    pytest.skip(
        "the jars of examples/providers are not there; make test-ecosystem fetches them", allow_module_level=True
    )

RECIPES = "org.bufferbridge.examples.providers."
IMGLIB2 = "net.imglib2."
CV = "org.opencv.core."
LUCENE = "org.apache.lucene."
MEGABYTE = 1 << 20


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def address(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


# ----------------------------------------------------------------------------------------------------------- ImgLib2

TYPES = {
    "bytes": "i1",
    "unsignedBytes": "u1",
    "shorts": "i2",
    "unsignedShorts": "u2",
    "ints": "i4",
    "unsignedInts": "u4",
    "argbs": "u4",
    "longs": "i8",
    "unsignedLongs": "u8",
    "floats": "f4",
    "doubles": "f8",
    "complexFloats": "c8",
    "complexDoubles": "c16",
}


@pytest.mark.usefixtures("needs_pinning")
@pytest.mark.parametrize("kind", TYPES)
def test_an_array_img_is_the_memory_of_its_array(kind: str) -> None:
    image = getattr(bb.jclass(IMGLIB2 + "img.array.ArrayImgs"), kind)([4, 3, 2])
    array = np.asarray(image)
    assert (array.shape, array.dtype, array.flags.c_contiguous) == ((2, 3, 4), np.dtype(TYPES[kind]), True)
    storage = np.asarray(image.update(None).getCurrentStorageArray())
    assert address(array) == address(storage)
    array[1, 2, 3] = 1
    assert storage.any()
    pixel = image.getAt(3, 2, 1)
    assert pixel.valueEquals(image.getAt(0, 0, 0)) is False
    pixel.set(image.getAt(0, 0, 0))
    assert not array.any()


def test_an_array_img_outside_the_heap_needs_no_pin() -> None:
    access = bb.jclass(IMGLIB2 + "img.basictypeaccess.nio.FloatBufferAccess")(6)
    image = bb.jclass(IMGLIB2 + "img.array.ArrayImgs").floats(access, [3, 2])
    array = np.asarray(image)
    array[1, 2] = 2.5
    assert image.getAt(2, 1).get() == 2.5
    assert address(array) == address(np.asarray(access.getCurrentStorageArray()))


def test_memory_of_numpy_is_an_array_img_while_it_is_retained() -> None:
    ours = np.arange(6, dtype="u2").reshape(2, 3)
    access = bb.jclass(IMGLIB2 + "img.basictypeaccess.nio.ShortBufferAccess")
    with bb.retain(ours) as lease:
        image = bb.jclass(IMGLIB2 + "img.array.ArrayImgs").unsignedShorts(access(lease, True), [3, 2])
        image.getAt(2, 1).set(500)
        assert ours[1, 2] == 500


@pytest.mark.parametrize("kind", ["bits", "unsigned12Bits", "booleans"])
def test_pixels_that_are_no_items_are_refused(kind: str) -> None:
    image = getattr(bb.jclass(IMGLIB2 + "img.array.ArrayImgs"), kind)([64, 2])
    with pytest.raises(BufferError, match=r"pixels of the type \w+; a type of whole bytes is required"):
        memoryview(image)


def cells() -> bb.JavaObject:
    return bb.jclass(IMGLIB2 + "img.cell.CellImgFactory")(
        bb.jclass(IMGLIB2 + "type.numeric.integer.ByteType")(), [2]
    ).create([4, 3])


@pytest.mark.usefixtures("needs_pinning")
def test_planes_are_buffers_and_the_image_of_many_arrays_is_refused_with_a_way_out() -> None:
    recipes = bb.jclass(RECIPES + "ImgLib2Images")
    image = bb.jclass(IMGLIB2 + "img.planar.PlanarImgs").unsignedShorts([4, 3, 2])
    planes = [np.asarray(plane) for plane in recipes.planes(image)]
    planes[1][2, 3] = 60000
    assert image.getAt(3, 2, 1).get() == 60000
    with pytest.raises(BufferError, match=r"each of the 2 planes .* ImgLib2Images.planes\(image\)"):
        memoryview(image)
    with pytest.raises(BufferError, match=r"CellImg has its pixels in many arrays.* ImgLib2Images.copyOf\(image\)"):
        memoryview(cells())
    assert np.array_equal(np.asarray(recipes.copyOf(image)), planes)
    filled = cells()
    filled.getAt(3, 2).set(bb.jclass(IMGLIB2 + "type.numeric.integer.ByteType")(7))
    assert np.asarray(recipes.copyOf(filled)).tolist() == [[0] * 4, [0] * 4, [0, 0, 0, 7]]


# ------------------------------------------------------------------------------------------- EJML and Commons Math


@pytest.mark.usefixtures("needs_pinning")
@pytest.mark.parametrize(("kind", "items"), [("D", "f8"), ("F", "f4"), ("Z", "c16")])
def test_a_matrix_of_ejml_is_the_memory_of_its_array(kind: str, items: str) -> None:
    matrix = bb.jclass(f"org.ejml.data.{kind}MatrixRMaj")(2, 3)
    array = np.asarray(matrix)
    assert (array.shape, array.dtype) == ((2, 3), np.dtype(items))
    array[1, 2] = 7
    assert np.asarray(matrix.data)[-2 if kind == "Z" else -1] == 7
    assert address(array) == address(np.asarray(matrix.data))


@pytest.mark.usefixtures("needs_pinning")
def test_a_matrix_of_ejml_that_grows_leaves_the_old_memory_to_python() -> None:
    matrix = bb.jclass("org.ejml.data.DMatrixRMaj")(2, 2)
    before = np.asarray(matrix)
    before[:] = 1
    matrix.reshape(3, 3)
    after = np.asarray(matrix)
    after[:] = 2
    assert after.shape == (3, 3)
    assert before.tolist() == [[1, 1], [1, 1]]
    matrix.reshape(1, 2)  # smaller: in the same array
    assert np.shares_memory(after, np.asarray(matrix))


def test_a_matrix_of_ejml_that_is_not_in_rows_is_refused() -> None:
    with pytest.raises(BufferError, match=r"DMatrixSparseCSC does not lie row after row .* nz_values"):
        memoryview(bb.jclass("org.ejml.data.DMatrixSparseCSC")(2, 2))


def test_a_matrix_of_commons_math_keeps_what_either_side_has_written() -> None:
    matrix = bb.jclass("org.apache.commons.math3.linear.Array2DRowRealMatrix")(2, 3)
    matrix.setEntry(0, 0, 5.0)
    first, second = np.asarray(matrix), np.asarray(matrix)
    assert first.tolist() == [[5, 0, 0], [0, 0, 0]]
    first[1, 2] = 6
    assert second[1, 2] == 6
    matrix.setEntry(0, 1, 7.0)  # Python has not written this one
    del first
    assert matrix.getEntry(1, 2) == 0
    del second
    assert [list(row) for row in matrix.getData()] == [[5, 7, 0], [0, 0, 6]]


def test_all_python_objects_of_a_matrix_of_commons_math_have_one_copy() -> None:
    matrix = bb.jclass("org.apache.commons.math3.linear.Array2DRowRealMatrix")(2, 2)
    again = bb.java.util.List.of(matrix).get(0)
    first, second = np.asarray(matrix), np.asarray(again)
    first[0, 1] = 4
    assert second[0, 1] == 4
    del first
    assert matrix.getEntry(0, 1) == 0
    del second
    assert matrix.getEntry(0, 1) == 4


def test_an_empty_matrix_of_commons_math_is_an_empty_array() -> None:
    assert np.asarray(bb.jclass("org.apache.commons.math3.linear.Array2DRowRealMatrix")()).size == 0


@pytest.mark.parametrize("size", [(2, 3), (60, 70)])
def test_commons_math_computes_with_a_matrix_in_one_memory(size: tuple[int, int]) -> None:
    ours = bb.jclass(RECIPES + "MemoryMatrix")(*size)
    array = np.asarray(ours)
    array[:] = np.random.default_rng(0).random(size)
    product = ours.multiply(ours.transpose())
    assert np.allclose(np.asarray(product), array @ array.T)
    assert np.array_equal(np.asarray(ours.copy()), array)


@pytest.mark.parametrize("given", [np.zeros(3), np.zeros((2, 2), "f4")], ids=["vector", "floats"])
def test_a_matrix_over_other_memory_is_refused(given: np.ndarray) -> None:
    with pytest.raises(bb.JavaError, match="rows and columns of the format d are required"):
        bb.jclass(RECIPES + "MemoryMatrix")(given)


# ------------------------------------------------------------------------------------------------------------ OpenCV

DEPTHS = {"8U": "u1", "8S": "i1", "16U": "u2", "16S": "i2", "32S": "i4", "32F": "f4", "64F": "f8", "16F": "f2"}


@pytest.fixture(scope="module")
def mat(jvm: None) -> Iterator[Callable[..., bb.JavaObject]]:
    bb.jclass("nu.pattern.OpenCV").loadLocally()
    types = bb.jclass(CV + "CvType")
    yield lambda size, kind: bb.jclass(CV + "Mat")(size, getattr(types, kind))


Make = Callable[..., bb.JavaObject]


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_mat_is_its_memory(mat: Make, depth: str, channels: int) -> None:
    picture = mat([4, 5], f"CV_{depth}C{channels}")
    array = np.asarray(picture)
    assert array.shape == ((4, 5) if channels == 1 else (4, 5, channels))
    assert array.dtype == np.dtype(DEPTHS[depth])
    assert address(array) == picture.dataAddr()
    array[:] = 0
    array[3, 4] = 7
    picture.setTo(bb.jclass(CV + "Scalar").all(9.0), bb.jclass(CV + "Mat").ones([4, 5], 0))
    assert (array == 9).all()


def test_parts_and_many_dimensions_have_strides(mat: Make) -> None:
    picture = mat([10, 20], "CV_16UC1")
    whole = np.asarray(picture)
    whole[:] = np.arange(200).reshape(10, 20)
    assert np.array_equal(np.asarray(picture.submat(2, 5, 3, 9)), whole[2:5, 3:9])
    cube = mat([2, 3, 4], "CV_32FC2")
    assert (np.asarray(cube).shape, np.asarray(cube).strides) == ((2, 3, 4, 2), (96, 32, 8, 4))


@pytest.mark.parametrize("how", ["release", "create", "forget"])
def test_what_python_has_of_a_mat_outlives_it_and_is_freed(mat: Make, how: str) -> None:
    size = [200, MEGABYTE]
    start = resident()
    picture = mat(size, "CV_8UC1")
    array = np.asarray(picture)
    array[:] = 3
    if how == "release":
        picture.release_()
        with pytest.raises(BufferError, match="the Mat has no data"):
            memoryview(picture)
    elif how == "create":
        picture.create(2, 2, 0)
        assert np.asarray(picture).shape == (2, 2)
    else:
        del picture
        bb.java.lang.System.gc()
    assert resident() - start > 150 * MEGABYTE
    assert int(array[::50, :: MEGABYTE // 4].sum()) == 3 * 4 * 4
    del array
    gc.collect()
    if how != "forget":  # the Mat itself has its reference until Java's finalizer runs
        assert resident() - start < 50 * MEGABYTE


def test_many_threads_export_one_mat_and_one_matrix(mat: Make) -> None:
    picture = mat([64, 64], "CV_8UC1")
    np.asarray(picture)[:] = 1
    matrix = bb.jclass("org.apache.commons.math3.linear.Array2DRowRealMatrix")(8, 8)
    seen: list[int] = []

    def look(number: int) -> None:
        for _ in range(300):
            seen.append(int(np.asarray(picture).sum()))
            np.asarray(matrix)[number] = number + 1

    threads = [threading.Thread(target=look, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [64 * 64] * 8 * 300
    assert np.array_equal(np.asarray(matrix), np.repeat(np.arange(1.0, 9), 8).reshape(8, 8))


# ------------------------------------------------------------------------------------------------------------ Lucene

VECTORS = np.random.default_rng(0).random((1000, 64), dtype="f4")


@pytest.fixture
def index(tmp_path: Path) -> str:
    """The folder of an index: each document has a vector of floats, and each second one of bytes."""
    folder = bb.jclass("java.nio.file.Path").of(str(tmp_path))
    config = bb.jclass(LUCENE + "index.IndexWriterConfig")(None)
    floats, byte = (bb.jclass(f"{LUCENE}document.Knn{name}VectorField") for name in ("Float", "Byte"))
    with (
        bb.jclass(LUCENE + "store.MMapDirectory")(folder) as directory,
        bb.jclass(LUCENE + "index.IndexWriter")(directory, config) as writer,
    ):
        for number, vector in enumerate(VECTORS):
            document = bb.jclass(LUCENE + "document.Document")()
            document.add(floats("vector", bb.jclass("float[]")(vector.tolist())))
            if number % 2:
                document.add(byte("bytes", bb.jclass("byte[]")([number % 100] * 8)))
            writer.addDocument(document)
        writer.forceMerge(1)
    return str(tmp_path)


def open_index(folder: str, kind: str = "MMapDirectory") -> tuple[bb.JavaObject, bb.JavaObject]:
    directory = bb.jclass(LUCENE + "store." + kind)(bb.jclass("java.nio.file.Path").of(folder))
    reader = bb.jclass(LUCENE + "index.DirectoryReader").open(directory)
    return reader, reader.leaves().get(0).reader()


def test_vectors_are_read_in_the_mapped_file(index: str) -> None:
    vectors = bb.jclass(RECIPES + "LuceneVectors")
    reader, leaf = open_index(index)
    mapped = np.asarray(vectors(leaf, "vector"))
    assert (mapped.dtype, mapped.flags.writeable) == (np.dtype("f4"), False)
    assert np.array_equal(mapped, VECTORS)
    lines = Path("/proc/self/maps").read_text().splitlines()
    places = [(re.split("[- ]", line)[:2], line) for line in lines if index in line]
    assert any(int(low, 16) <= address(mapped) < int(high, 16) for (low, high), _ in places)
    bytes_of = vectors(leaf, "bytes")
    assert np.asarray(bytes_of)[:, 0].tolist() == [number % 100 for number in range(1, 1000, 2)]
    assert list(bytes_of.documents()) == [*range(1, 1000, 2)]
    del mapped
    reader.close()


def test_a_reader_that_closes_leaves_python_its_vectors(index: str) -> None:
    reader, leaf = open_index(index)
    vectors = bb.jclass(RECIPES + "LuceneVectors")(leaf, "vector")
    first, second = np.asarray(vectors), np.asarray(vectors)
    reader.close()
    assert np.array_equal(second, VECTORS)
    del first
    assert leaf.getRefCount() == 1
    del second
    assert leaf.getRefCount() == 0
    assert index not in Path("/proc/self/maps").read_text()
    with pytest.raises(BufferError, match="the reader of the vectors is closed"):
        memoryview(vectors)


def test_vectors_that_are_not_mapped_are_refused_and_copied(index: str) -> None:
    vectors = bb.jclass(RECIPES + "LuceneVectors")
    reader, leaf = open_index(index, "NIOFSDirectory")
    with pytest.raises(BufferError, match=r"256000 bytes of a file that is not mapped .* LuceneVectors.copyOf"):
        vectors(leaf, "vector")
    assert np.array_equal(np.asarray(vectors.copyOf(leaf, "vector")), VECTORS)
    assert np.asarray(vectors.copyOf(leaf, "bytes")).shape == (500, 8)
    with pytest.raises(BufferError, match="the field other has no vectors"):
        vectors(leaf, "other")
    reader.close()


# ---------------------------------------------------------------------------------------------------------- the page


@pytest.mark.usefixtures("needs_pinning")
def test_the_page_of_providers_does_what_it_shows(index: str) -> None:
    blocks = [block for block in blocks_of(ROOT / "docs" / "guides" / "providers.md") if block.mark == "run by"]
    assert len(blocks) > 8
    reader, leaf = open_index(index)
    names = {"bb": bb, "np": np, "reader": reader, "leaf": leaf, "vectors": VECTORS}
    for block in blocks:
        printed, raised = io.StringIO(), ""
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(block.code, block.name, "exec"), names)
            except Exception as error:
                raised = f"{type(error).__name__}: {error}"
        assert matches(block.raises or "", raised), f"{block.name}: {raised}"
        assert matches(block.shows, printed.getvalue()), f"{block.name}: {printed.getvalue()}"
    names.clear()


@pytest.mark.usefixtures("needs_pinning")
def test_an_image_in_the_jvm_of_jpype_is_shared_as_the_page_shows() -> None:
    pytest.importorskip("jpype")
    (block,) = [block for block in blocks_of(ROOT / "docs" / "coming-from" / "jpype.md") if block.mark == "run by"]
    classes, *jars = map(str, PROVIDERS_CLASSPATH)
    start = f"""
import jpype
import numpy as np
import bufferbridge as bb
jpype.startJVM("-Xmx512m", "--enable-native-access=ALL-UNNAMED", classpath={jars!r})
providers = {classes!r}
"""
    assert matches(block.shows, output_of(start + block.code) + "\n")

"""Objects of Arrow Java in Python, and Python's Arrow data in Java, by Arrow's C interfaces.

`org.apache.arrow.c.Data` of arrow-c-data does the work, and is called like any Java class. Its classes come from the
class loader of the object or the parameter. So nothing here needs Arrow Java until such an object or parameter comes.

The C structures are in capsules of `arrow_capsules.c`. A structure that nobody takes is released with its capsule.
"""

from __future__ import annotations

import functools
from typing import Any

from bufferbridge import _native
from bufferbridge._lending.kinds import has, name_of

ARRAY, STREAM, LENGTH = 1, 2, 4
"""What an object has: `__arrow_c_array__`, `__arrow_c_stream__`, and with the latter alone a length.

A stream of an object with a length can be asked for again: it is a column or a table, and no reader.
"""

VECTOR, BATCH, READER = 1, 2, 4
"""What Java wants, as `ArrowTypes.java` has it."""


class ArrowVectorProtocol:
    __slots__ = ()

    def __arrow_c_schema__(self) -> object:
        java: Any = self
        return _exported_schema(java, "exportField", java.getField(), java.getAllocator())

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        java: Any = self
        return _exported(java, "exportVector", java.getAllocator())

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        raise TypeError(
            "numpy would make an array of one object; pyarrow.array(x).to_numpy() has the items of a vector"
        )


class ArrowBatchProtocol:
    __slots__ = ()

    def __arrow_c_schema__(self) -> object:
        java: Any = self
        return _exported_schema(java, "exportSchema", java.getSchema(), _allocator_of(java, java))

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        java: Any = self
        return _exported(java, "exportVectorSchemaRoot", _allocator_of(java, java))


class ArrowReaderProtocol:
    __slots__ = ()

    def __arrow_c_schema__(self) -> object:
        java: Any = self
        batch = java.getVectorSchemaRoot()
        return _exported_schema(java, "exportSchema", batch.getSchema(), _allocator_of(java, batch), java)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        java: Any = self
        allocator = _allocator_of(java, java.getVectorSchemaRoot())
        capsule, address = _native.new_arrow_capsule("arrow_array_stream")
        _c_class(java, "Data").exportArrayStream(allocator, java, _c_class(java, "ArrowArrayStream").wrap(address))
        return capsule


def _exported(java: Any, method: str, allocator: Any) -> tuple[object, object]:
    schema, schema_address = _native.new_arrow_capsule("arrow_schema")
    array, array_address = _native.new_arrow_capsule("arrow_array")
    getattr(_c_class(java, "Data"), method)(
        allocator,
        java,
        _no_dictionaries(java),
        _c_class(java, "ArrowArray").wrap(array_address),
        _c_class(java, "ArrowSchema").wrap(schema_address),
    )
    return schema, array


def _exported_schema(java: Any, method: str, described: Any, allocator: Any, dictionaries: Any = None) -> object:
    capsule, address = _native.new_arrow_capsule("arrow_schema")
    getattr(_c_class(java, "Data"), method)(
        allocator, described, dictionaries or _no_dictionaries(java), _c_class(java, "ArrowSchema").wrap(address)
    )
    return capsule


def _no_dictionaries(java: Any) -> Any:
    """A provider without dictionaries: Arrow Java then names the dictionary that it misses."""
    return _class(java, "vector.dictionary.DictionaryProvider$MapDictionaryProvider")()


def _allocator_of(java: Any, batch: Any) -> Any:
    """The allocator of a batch's vectors. What an export needs of its own is then in the accounts of their owner."""
    vectors = batch.getFieldVectors()
    return vectors[0].getAllocator() if len(vectors) else allocator(java)


def kinds(value: object) -> int:
    """ARRAY, STREAM and LENGTH, as the type of an object has their methods."""
    kind = type(value)
    if has(kind, "__arrow_c_array__"):
        return ARRAY | STREAM * has(kind, "__arrow_c_stream__")
    return (STREAM | LENGTH * has(kind, "__len__")) * has(kind, "__arrow_c_stream__")


def fits(value: Any, java_type: Any) -> bool:
    """Whether the vector of an object would be of a class. obstacle() says why not."""
    try:
        return bool(java_type.isAssignableFrom(_vector_class(value, java_type)))
    except Exception:  # another overload may take the object
        return False


def obstacle(value: Any, java_type: Any) -> str | None:
    """Why the vector of an object is not of a class. The exception of an object that has no vector is raised."""
    made = _vector_class(value, java_type)
    if java_type.isAssignableFrom(made):
        return None
    return f"the {name_of(value)} becomes a {made.getSimpleName()}, and a {java_type.getSimpleName()} is expected"


def imported(value: Any, wanted: int, java_type: Any) -> Any:
    """The object of Arrow Java that takes over what `value` exports. Its close() releases it.

    Args:
        wanted: VECTOR, BATCH or READER.
        java_type: the java.lang.Class of the parameter.

    Raises:
        TypeError: a batch or a vector is wanted, and the stream has several.
    """
    has_array = kinds(value) & ARRAY
    if wanted == READER or (wanted == BATCH and not has_array):
        reader = _imported_stream(value, java_type)
        return reader if wanted == READER else _only_batch(value, reader, java_type)
    schema, array = value.__arrow_c_array__() if has_array else _only_chunk(value, java_type)
    dictionaries = _c_class(java_type, "CDataDictionaryProvider")()
    try:
        made = getattr(_c_class(java_type, "Data"), "importVector" if wanted == VECTOR else "importVectorSchemaRoot")(
            allocator(java_type),
            _c_class(java_type, "ArrowArray").wrap(_native.arrow_address(array, "arrow_array")),
            _c_class(java_type, "ArrowSchema").wrap(_native.arrow_address(schema, "arrow_schema")),
            dictionaries,
        )
        if len(dictionaries.getDictionaryIds()):
            made.close()
            raise TypeError(
                f"the {name_of(value)} has a dictionary, which a vector or a VectorSchemaRoot does not keep; "
                "an ArrowReader does, and of a pyarrow array x.dictionary_decode() has the values"
            )
    finally:
        dictionaries.close()
    return made


# --------------------------------------------------------------------------------------------------------- vectors


def _vector_class(value: Any, java_type: Any) -> Any:
    """The class that the vector of an object would have.

    Raises:
        TypeError: it is a table.
    """
    if has(type(value), "__arrow_c_schema__"):
        schema = value.__arrow_c_schema__()
    elif kinds(value) & ARRAY:
        schema, _ = value.__arrow_c_array__()
    else:
        capsule, stream = _stream(value, java_type)
        schema = _schema_of(stream, java_type)
        del capsule  # which has kept the stream until here
    dictionaries = _c_class(java_type, "CDataDictionaryProvider")()
    try:
        field = _c_class(java_type, "Data").importField(
            allocator(java_type),
            _c_class(java_type, "ArrowSchema").wrap(_native.arrow_address(schema, "arrow_schema")),
            dictionaries,
        )
        if not kinds(value) & ARRAY and field.getType().getTypeID().name() == "Struct":
            raise TypeError(f"the {name_of(value)} has columns, and a vector is one: x['name'] becomes one")
        with field.createVector(allocator(java_type)) as empty:
            return empty.getClass()
    finally:
        dictionaries.close()


def _stream(value: Any, java_type: Any) -> tuple[object, Any]:
    """The capsule of a stream, which owns it, and Arrow Java's object over it."""
    capsule = value.__arrow_c_stream__()
    address = _native.arrow_address(capsule, "arrow_array_stream")
    return capsule, _c_class(java_type, "ArrowArrayStream").wrap(address)


def _schema_of(stream: Any, java_type: Any) -> object:
    schema, address = _native.new_arrow_capsule("arrow_schema")
    stream.getSchema(_c_class(java_type, "ArrowSchema").wrap(address))
    return schema


def _only_chunk(value: Any, java_type: Any) -> tuple[object, object]:
    """The schema and the one array of a stream."""
    capsule, stream = _stream(value, java_type)
    schema = _schema_of(stream, java_type)
    array, count = _next_chunk(stream, java_type)
    if not count or _next_chunk(stream, java_type)[1]:
        raise TypeError(
            f"the {name_of(value)} has {'several' if count else 'no'} chunks, and a vector has one: x.combine_chunks() "
            "of pyarrow, x.rechunk() of polars copies them to one"
        )
    del capsule  # which has kept the stream until here
    return schema, array


def _next_chunk(stream: Any, java_type: Any) -> tuple[object, bool]:
    """The capsule of the next array, and whether there is one."""
    array, address = _native.new_arrow_capsule("arrow_array")
    structure = _c_class(java_type, "ArrowArray").wrap(address)
    stream.getNext(structure)
    return array, structure.snapshot().release != 0


# --------------------------------------------------------------------------------------------------------- streams


def _imported_stream(value: Any, java_type: Any) -> Any:
    capsule, stream = _stream(value, java_type)
    reader = _c_class(java_type, "Data").importArrayStream(allocator(java_type), stream)
    del capsule  # the reader has moved the stream out of it
    return reader


def _only_batch(value: object, reader: Any, java_type: Any) -> Any:
    """The one batch of a reader, which is closed."""
    moved: list[Any] = []
    try:
        batch = reader.getVectorSchemaRoot()
        reader.loadNextBatch()
        rows = batch.getRowCount()
        for vector in batch.getFieldVectors():
            transfer = vector.getTransferPair(vector.getAllocator())
            transfer.transfer()
            moved.append(transfer.getTo())
        if reader.loadNextBatch():
            raise TypeError(
                f"the {name_of(value)} has several batches, and a VectorSchemaRoot has one; an ArrowReader "
                "takes them one by one, and of a pyarrow.Table x.combine_chunks() makes one of them"
            )
        made = _class(java_type, "vector.VectorSchemaRoot")(batch.getSchema(), moved, rows)
    except BaseException:
        for vector in moved:
            vector.close()
        raise
    finally:
        reader.close()
    return made


def allocator(java: Any) -> Any:
    """The RootAllocator of all imports that use the same classes."""
    return _allocator(_class(java, "memory.RootAllocator"))


@functools.cache
def _allocator(root_allocator: Any) -> Any:
    return root_allocator()


def _class(java: Any, name: str) -> Any:
    """A class of Arrow Java, from the class loader of an object or a java.lang.Class."""
    return _native.jclass(_native.internal_class("ArrowClasses").find(java, "org.apache.arrow." + name))


def _c_class(java: Any, name: str) -> Any:
    return _class(java, "c." + name)

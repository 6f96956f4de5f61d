"""Nothing that Java stores is dead: collections and fields take bytes and retained leases, and no other buffer."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import bufferbridge as bb


@pytest.fixture(scope="module")
def stores(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Stores")


def J(name: str) -> Any:
    return bb.jclass(name)


# Each stores a value, and returns what Java has of it afterwards.
def _list(value: Any) -> Any:
    items = J("java.util.ArrayList")()
    assert items.add(value)
    return items.get(0)


def _item(value: Any) -> Any:
    items = J("java.util.ArrayList")([0])
    items[0] = value
    return items[0]


def _constructed(value: Any) -> Any:
    return J("java.util.ArrayList")([value]).get(0)


def _map(value: Any) -> Any:
    made = J("java.util.HashMap")()
    made.put("key", value)
    return made.get("key")


def _key(value: Any) -> Any:
    made = J("java.util.HashMap")()
    made[value] = 1
    return next(iter(made.keySet()))


def _properties(value: Any) -> Any:
    made = J("java.util.Properties")()
    made.put("key", value)
    return made.get("key")


def _queue(value: Any) -> Any:
    queue = J("java.util.concurrent.LinkedBlockingQueue")()
    queue.put(value)
    return queue.take()


def _array(value: Any) -> Any:
    array = J("java.lang.reflect.Array").newInstance(J("java.lang.Object"), 1)
    array[0] = value
    return array[0]


STORES: dict[str, Callable[[Any], Any]] = {
    "list": _list,
    "item of a list": _item,
    "list of a list": _constructed,
    "map": _map,
    "key of a map": _key,
    "properties": _properties,
    "queue": _queue,
    "array": _array,
    "of": lambda value: J("java.util.List").of(value).get(0),
    "asList": lambda value: J("java.util.Arrays").asList(value).get(0),
    "asList of an array": lambda value: J("java.util.Arrays").asList([value]).get(0),
    "optional": lambda value: J("java.util.Optional").of(value).get(),
    "reference": lambda value: J("java.util.concurrent.atomic.AtomicReference")(value).get(),
    "weak reference": lambda value: J("java.lang.ref.SoftReference")(value).get(),
    "future": lambda value: J("java.util.concurrent.CompletableFuture").completedFuture(value).join(),
    "stream": lambda value: J("java.util.stream.Stream").of(value).toList().get(0),
}
each_store = pytest.mark.parametrize("store", STORES.values(), ids=STORES)


@each_store
def test_bytes_are_stored_as_themselves(store: Callable[[Any], Any]) -> None:
    value = b"value" * 10
    assert store(value) is value
    assert bb.leases() == []


@each_store
@pytest.mark.parametrize("value", [bytearray(b"value"), np.zeros(3)], ids=["bytearray", "ndarray"])
def test_another_buffer_is_refused_with_the_ways_out(store: Callable[[Any], Any], value: Any) -> None:
    references = sys.getrefcount(value)
    with pytest.raises(TypeError, match=r"bufferbridge.retain\(x\) leases it until it is closed, bufferbridge.array"):
        store(value)
    assert bb.leases() == [] and sys.getrefcount(value) == references


@each_store
def test_a_retained_lease_is_stored_and_comes_back_as_the_object(store: Callable[[Any], Any]) -> None:
    value = bytearray(b"value")
    with bb.retain(value) as lease:
        assert store(lease) is value
        assert [info.retained for info in bb.leases()] == [True]
    assert bb.leases() == []


def test_fields_store_what_collections_store(stores: bb.JavaClass) -> None:
    value = b"value"
    stores.object = value
    assert stores.object is value and bytes(bb.copy(stores.bytesOfObject())) == value
    stores.bytes = value
    assert bytes(bb.copy(stores.bytes)) == value
    for name in ("object", "buffer", "view", "segment", "nio"):
        with pytest.raises(TypeError, match=rf"Stores.{name}.* bufferbridge.retain\(x\) leases it"):
            setattr(stores, name, bytearray(value))
    for name in ("buffer", "view", "segment", "nio"):
        with pytest.raises(TypeError, match=rf"Stores.{name}.* bufferbridge.retain\(x\) leases it"):
            setattr(stores, name, value)
    with pytest.raises(TypeError, match="silent copy"):
        stores.bytes = bytearray(value)
    with pytest.raises(TypeError, match=r"comparable\(Comparable\) does not take a buffer$"):
        stores.comparable = value
    stores.object = stores.bytes = None
    assert bb.leases() == []


def test_a_retained_lease_is_a_field_of_any_type_for_memory(stores: bb.JavaClass) -> None:
    array = np.arange(4.0)
    with bb.retain(array) as lease:
        stores.buffer = stores.view = stores.segment = stores.nio = stores.object = lease
        array[0] = 5
        assert stores.buffer is array and stores.object is array
        assert stores.sum(stores.view) == stores.sumOfSegment(stores.segment) == 11
        assert stores.nio.getDouble(0) == 5
        with pytest.raises(bb.JavaError, match="while Python holds memory"), memoryview(stores.view):
            lease.close()
    with pytest.raises(bb.JavaError, match="closed"):
        stores.sum(stores.view)
    stores.buffer = stores.view = stores.segment = stores.nio = stores.object = None


def test_another_thread_reads_a_retained_lease(stores: bb.JavaClass) -> None:
    with bb.retain(np.arange(4.0)) as lease:
        assert stores.sumOfFirst(J("java.util.ArrayList")([lease])) == 6
        assert stores.sum(lease) == 6


def test_what_a_collection_looks_for_is_not_stored(stores: bb.JavaClass) -> None:
    items = J("java.util.ArrayList")([1])
    assert not items.contains(bytearray(1)) and items.indexOf(np.zeros(1)) == -1
    assert not items.remove(bytearray(1)) and bytearray(1) not in items
    assert J("java.util.HashMap")().get(bytearray(1)) is None
    assert stores.Described().describe(bytearray(1)) == "PythonBuffer"
    assert stores.kind(bytearray(1)) == "PythonBuffer"
    assert bb.leases() == []


def test_retain_leases_until_close() -> None:
    value = bytearray(3)
    lease = bb.retain(value)
    with pytest.raises(BufferError):
        value.append(1)
    assert lease.isOpen() and [(info.retained, info.nbytes) for info in bb.leases()] == [(True, 3)]
    lease.close()
    lease.close()
    value.append(1)
    assert not lease.isOpen() and bb.leases() == []
    with pytest.raises(bb.JavaError, match="closed"):
        lease.view()


@pytest.mark.parametrize("source", [3, "text", None, [1], {}], ids=lambda source: type(source).__name__)
def test_retain_takes_buffers_only(source: Any) -> None:
    with pytest.raises(TypeError, match=rf"retain\(\) takes an object with a buffer, not {type(source).__name__}"):
        bb.retain(source)


def test_retain_takes_no_java_object() -> None:
    for memory in (bb.empty(3), bb.array(b"abc"), J("java.util.ArrayList")()):
        with pytest.raises(TypeError, match=r"retain\(\) leases Python's memory; .* is a Java object"):
            bb.retain(memory)


def test_a_forgotten_lease_ends_with_a_report() -> None:
    value = bytearray(3)
    lease = bb.retain(value)
    del lease
    for _ in range(100):
        gc.collect()
        J("java.lang.System").gc()
        J("java.lang.Thread").sleep(20)
        if bb.leases() == []:
            break
    value.append(1)
    assert bb.leases() == []


# ---------------------------------------------------------------------------------------- bytes as keys


def test_bytes_are_keys_and_items_by_their_value() -> None:
    table = J("java.util.HashMap")()
    table.put(b"key", 1)
    again = bytes(bytearray(b"key"))
    assert (table.get(again), table[again], again in table, table.containsKey(again)) == (1, 1, True, True)
    assert dict(table) == {b"key": 1} and b"other" not in table and table.get(b"other") is None
    table[again] = 2
    assert (table.size(), table.remove(again), table.isEmpty()) == (1, 2, True)
    items = J("java.util.ArrayList")([b"a", b"b"])
    assert (items.contains(b"b"), items.indexOf(bytes(bytearray(b"b"))), b"c" in items) == (True, 1, False)
    assert items.remove(b"a") is True and list(items) == [b"b"]
    assert set(J("java.util.HashSet")({b"a", b"b"})) == {b"a", b"b"}
    assert J("java.util.Map").of(b"a", 1).equals(J("java.util.Map").of(bytes(bytearray(b"a")), 1))


def test_other_buffers_are_in_no_collection() -> None:
    items = J("java.util.ArrayList")([b"abc"])
    assert bytearray(b"abc") not in items and items.indexOf(np.zeros(3)) == -1
    assert bb.leases() == []

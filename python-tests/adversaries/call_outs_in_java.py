"""All Java user code that the library calls, calling out."""

from __future__ import annotations

import gc
import threading

import bufferbridge as bb
from adversaries.calling_out import PROVIDER_PLACES, call_out, entry, from_java, outs
from bufferbridge._process.output import text_file
from support import c_api


@entry("exportable.exporter_of", "export.may_block", "export.acquire", "export.release")
def an_exporter() -> None:
    memoryview(outs().Exporter()).release()


@entry("native_access.exporter", "do_acquire")
def an_exporter_for_native_code() -> None:
    c_api.release(c_api.acquire_java(outs().Exporter()))


@entry("granted.grant")
def a_guarded_exporter() -> None:
    guarded = outs().Guarded()
    memoryview(guarded).release()
    guarded.change()
    assert (guarded.nbytes, guarded[0]) == (64, 0)
    guarded.change()
    memoryview(guarded).release()


@entry("calls.invoke", "type.find", "type.member", "type.constructors", "type.name")
def a_call() -> None:
    assert outs().call(lambda: (call_out(), 7)[1]) == 7


@entry("protocol.text", "protocol.hash", "protocol.equal", "protocol.compare", "protocol.close")
def the_protocol_of_objects() -> None:
    with outs().Asked() as asked:
        assert (str(asked), hash(asked), asked == outs().Asked()) == ("asked", 7, False)
        assert not asked < outs().Asked()


@entry("ahead.fetch")
def an_iterator() -> None:
    assert list(outs().Asked()) == [7]
    assert list(outs().list()) == [7, 7]


@entry("throwables.describe")
def an_exception() -> None:
    try:
        outs().fail()
    except bb.JavaError as error:
        assert "as asked" in str(error)


@entry()
def a_structure_that_tells_its_size() -> None:
    assert memoryview(outs().Sized()).nbytes == 8


@entry("holding.finish")
def a_cleanup_action() -> None:
    memory = outs().closing()
    memoryview(memory).release()
    outs().closeWhenReleased()
    memory.release()


@entry("holding.finish")
def a_cleanup_action_when_the_object_dies() -> None:
    memory = outs().closing()
    memoryview(memory).release()
    outs().closeWhenReleased()
    del memory
    gc.collect()


@entry("calls.get_field")
def an_initialiser_for_a_field() -> None:
    assert bb.jclass(outs().initialised()).number == 7


@entry("calls.set_field")
def an_initialiser_for_an_assignment() -> None:
    bb.jclass(outs().initialised()).number = 8


@entry("calls.set_item")
def a_class_loader_for_an_item() -> None:
    outs().callOut()
    outs().places()[0] = outs().Asked()


@entry()
def an_initialiser_for_a_method() -> None:
    assert bb.jclass(outs().initialised()).twice(2) == 4


@entry()
def an_initialiser_for_an_object() -> None:
    bb.jclass(outs().initialised())()


@entry("type.member_names", "type.obstacle", "type.protocols", "exportable.kind")
def a_class_loader_for_the_names_of_members() -> None:
    hostile = bb.jclass("org.bufferbridge.fixtures.classes.HostileClasses")
    for place in "Taken", "Kept", "Nested", "Listed", "Returned", "Given", "Applied":
        used = hostile.usedThatCalls(place, from_java)
        dir(used)
        try:
            used.absent
        except AttributeError:
            pass


@entry("exportable.kind", "exportable.exporter_of")
def a_provider() -> None:
    providers = bb.jclass("org.bufferbridge.fixtures.exporters.FreshProviders")
    for place in PROVIDER_PLACES:
        memoryview(providers.thingThatCalls(place, from_java)).release()


@entry("tracing.refused")
def a_handler_of_javas_log() -> None:
    outs().listenToTheLog()
    refused = bb.jclass("java.nio.ByteBuffer").allocateDirect(8).asReadOnlyBuffer()
    assert not refused.supports(1)
    try:
        memoryview(bytearray(8)).toreadonly().__class__(refused)[0] = 1
    except TypeError:
        pass
    import io

    try:
        io.BytesIO(b"12345678").readinto(refused)
    except TypeError:
        pass


@entry("tracing.lease_leaked")
def a_handler_of_javas_log_for_a_leak() -> None:
    level = bb.leak_level()
    bb.set_leak_level("simple")
    try:
        leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
        leasing.forget(bytearray(8))
        collect = bb.jclass("java.lang.System").gc
        for _ in range(50):
            collect()
            if not bb.leases():
                break
            threading.Event().wait(0.1)
        assert bb.leases() == []
    finally:
        bb.set_leak_level(level)


@entry("block.copy_of")
def a_copy_of_a_structure() -> None:
    bb.copy(outs().Sized()).release()


@entry()
def a_java_stream_that_python_prints_to() -> None:
    stream = outs().stream()
    print("from Python", file=text_file(stream, "utf-8"))
    assert str(stream) == "from Python\n"

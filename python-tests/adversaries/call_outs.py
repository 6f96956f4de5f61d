"""Run by test_call_outs.py in a process of its own: everything of anybody's that the library calls, calls out.

Each piece of foreign code starts a thread that calls the other language, and waits for it. Who runs it with the GIL held,
or with a lock that the other language needs, never comes back; the name that was printed last says where.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import bufferbridge as bb

ENTRIES: dict[str, Callable[[], None]] = {}

# The Java methods that java_door.c calls without the GIL, and the library's functions that run Python code.
COVERED: dict[str, tuple[str, ...]] = {}

reached = 0


def entry(*covers: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def add(action: Callable[[], None]) -> Callable[[], None]:
        ENTRIES[action.__name__] = action
        COVERED[action.__name__] = covers
        return action

    return add


def call_out() -> None:
    """What Python code of anybody's does here: Java on a third thread."""

    def work() -> None:
        global reached
        assert bb.jclass("java.lang.Math").abs(-3) == 3
        memoryview(bb.empty(8)).release()
        reached += 1

    third = threading.Thread(target=work)
    third.start()
    third.join()


def from_java() -> None:
    """The listener of the Java fixtures."""
    global reached
    reached += 1


# Where FreshProviders call out.
PROVIDER_PLACES = "loader", "initialiser", "constructor", "type", "exporterFor"


def outs() -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.CallOuts")


# ------------------------------------------------------------------------------------ Java code


@entry("exportable.exporter_of", "export.may_block", "export.acquire", "export.release")
def an_exporter() -> None:
    memoryview(outs().Exporter()).release()


@entry("calls.invoke", "type.find", "type.member", "type.constructors", "type.name")
def a_call() -> None:
    assert outs().call(lambda: (call_out(), 7)[1]) == 7


@entry("protocol.text", "protocol.hash", "protocol.equal", "protocol.close")
def the_protocol_of_objects() -> None:
    with outs().Asked() as asked:
        assert (str(asked), hash(asked), asked == outs().Asked()) == ("asked", 7, False)


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


@entry()
def an_initialiser_for_a_method() -> None:
    assert bb.jclass(outs().initialised()).twice(2) == 4


@entry()
def an_initialiser_for_an_object() -> None:
    bb.jclass(outs().initialised())()


@entry("type.member_names", "type.obstacle", "exportable.kind")
def a_class_loader_for_the_names_of_members() -> None:
    hostile = bb.jclass("org.bufferbridge.fixtures.HostileClasses")
    for place in "Taken", "Kept", "Nested", "Listed", "Returned", "Given":
        used = hostile.usedThatCalls(place, from_java)
        dir(used)
        try:
            used.absent  # noqa: B018
        except AttributeError:
            pass


@entry("exportable.kind", "exportable.exporter_of")
def a_provider() -> None:
    providers = bb.jclass("org.bufferbridge.fixtures.FreshProviders")
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
        leasing = bb.jclass("org.bufferbridge.fixtures.Leasing")
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


# ---------------------------------------------------------------------------------- Python code


class Hostile:
    """Each of its methods calls out."""

    def __str__(self) -> str:
        call_out()
        return "hostile"

    def __repr__(self) -> str:
        call_out()
        return "hostile"

    def __del__(self) -> None:
        call_out()

    def __getattr__(self, name: str) -> int:
        call_out()
        return 7

    def __setattr__(self, name: str, value: Any) -> None:
        call_out()

    def __getitem__(self, key: Any) -> int:
        call_out()
        if key == 3:
            raise IndexError
        return 7

    def __setitem__(self, key: Any, value: Any) -> None:
        call_out()

    def __len__(self) -> int:
        call_out()
        return 3

    def __bool__(self) -> bool:
        call_out()
        return True


@entry("conversion.convert", "do_text", "do_object_release")
def text_and_end_of_an_object() -> None:
    assert outs().text(Hostile()) == "hostile"
    gc.collect()


@entry("do_attribute", "do_set_attribute", "do_item", "do_set_item", "do_iterator", "do_next", "do_length", "do_truth")
def every_operation_of_an_object() -> None:
    assert outs().uses(Hostile())


@entry("do_call", "do_reference", "python_exception.new_reference")
def a_function_that_raises() -> None:
    class Untold(Exception):
        def __str__(self) -> str:
            call_out()
            return "untold"

    def fail() -> None:
        raise Untold

    try:
        outs().call(fail)
    except Untold:
        pass


@entry("do_release", "do_object_of_lease")
def the_end_of_what_was_leased() -> None:
    class Owner(bytearray):
        def __del__(self) -> None:
            call_out()

    leasing = bb.jclass("org.bufferbridge.fixtures.Leasing")
    leasing.retain(Owner(8))
    leasing.closeKept()
    gc.collect()


@entry("do_release", "do_lease", "do_make_writable")
def a_releasebuffer() -> None:
    class Exporting:
        """From 3.12 on."""

        def __init__(self) -> None:
            self.memory = bytearray(8)

        def __buffer__(self, flags: int) -> memoryview:
            call_out()
            return memoryview(self.memory)

        def __release_buffer__(self, view: memoryview) -> None:
            call_out()
            view.release()

    if sys.version_info >= (3, 12):
        leasing = bb.jclass("org.bufferbridge.fixtures.Leasing")
        leasing.retain(Exporting())
        leasing.closeKept()


@entry("do_convert")
def a_number_of_anybodys() -> None:
    import numbers

    class Number:
        def __index__(self) -> int:
            call_out()
            return 7

        def __int__(self) -> int:
            call_out()
            return 7

    numbers.Integral.register(Number)
    assert outs().asInt(Number()) == 7
    assert bb.jclass("java.lang.Math").abs(Number()) == 7


@entry()
def an_unraisable_hook() -> None:
    exporter = bb.jclass("org.bufferbridge.fixtures.ThrowingExporter").in_("RELEASE", "IllegalArgumentException")
    hook = sys.unraisablehook
    sys.unraisablehook = lambda _: call_out()
    try:
        memoryview(exporter).release()
    finally:
        sys.unraisablehook = hook


@entry()
def a_handler_of_pythons_log() -> None:
    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            call_out()

    log = logging.getLogger("bufferbridge")
    handler = Handler()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        import io

        read_only = bb.jclass("java.nio.ByteBuffer").allocateDirect(8).asReadOnlyBuffer()
        try:
            io.BytesIO(b"12345678").readinto(read_only)
        except TypeError:
            pass
    finally:
        log.setLevel(level)
        log.removeHandler(handler)


@entry("do_import")
def a_finder_of_modules() -> None:
    class Finder:
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
            if name == "absent_from_everywhere":
                call_out()

    finder = Finder()
    sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    try:
        outs().importModule("absent_from_everywhere")
    except ModuleNotFoundError:
        pass
    finally:
        sys.meta_path.remove(finder)  # type: ignore[arg-type]


@entry("do_object_release")
def a_callback_of_a_weak_reference() -> None:
    class Thing:
        pass

    things = [Thing()]
    weak = weakref.ref(things[0], lambda _: call_out())
    outs().close(things.pop())
    gc.collect()
    assert weak() is None


@entry("carriers.is_carrier", "carriers.begin", "carriers.end")
def a_virtual_thread() -> None:
    outs().onVirtualThreads(call_out, 20)


def main() -> None:
    global reached
    outs().setListener(from_java)
    chosen = sys.argv[1:] or list(ENTRIES)
    for name in chosen:
        print(name, flush=True)
        before = reached
        try:
            ENTRIES[name]()
            print("  called out", reached - before, "times", flush=True)
        except Exception:
            traceback.print_exc()
    outs().setListener(None)
    print("done", flush=True)


if __name__ == "__main__":
    from support.jvm import collector_options
    from support.places import EXAMPLES_CLASSES, TEST_CLASSES

    bb.start(classpath=[TEST_CLASSES, EXAMPLES_CLASSES], options=["-ea", "-Xmx512m", *collector_options()])
    main()

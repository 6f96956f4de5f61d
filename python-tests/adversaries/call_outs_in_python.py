"""All Python user code that the library calls, calling out."""

from __future__ import annotations

import gc
import io
import logging
import sys
import time
import weakref
from typing import Any

import numpy as np

import bufferbridge as bb
from adversaries.calling_out import call_out, entry, outs
from support import arrow, c_api, dlpack


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


@entry("native_access.lease", "native_access.close")
def the_end_of_what_native_code_leased() -> None:
    class Owner(bytearray):
        def __del__(self) -> None:
            call_out()

    with c_api.lease(Owner(3)):
        pass


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


class HostileFunction(Hostile):
    def __call__(self, *arguments: Any) -> Any:
        call_out()
        return Hostile() if arguments else [Hostile()]

    def __hash__(self) -> int:
        call_out()
        return 7

    def __eq__(self, other: object) -> bool:
        call_out()
        return True


@entry("do_function", "conversion.result", "do_hash", "do_equal", "do_object_release")
def a_function_of_an_interface() -> None:
    function = bb.jclass("java.util.function.Function")(HostileFunction())
    assert type(function.apply(1)).__name__ == "Hostile"
    assert bb.jclass("java.util.stream.Stream").of(1).anyMatch(HostileFunction()) is True
    assert bb.jclass("java.util.function.Supplier")(HostileFunction()).get()[0] is not None
    assert hash(function) == 7
    assert function == bb.jclass("java.util.function.Function")(HostileFunction())
    gc.collect()


@entry("do_lend_iterable")
def a_column_that_is_lent() -> None:
    class Slow(arrow.Lender):
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            call_out()
            return super().__arrow_c_array__(requested_schema)

        def __del__(self) -> None:
            call_out()

    class SlowInterface:
        @property
        def __array_interface__(self) -> object:
            call_out()
            return {**np.zeros(0).__array_interface__}

    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
    assert leasing.sum(Slow()) == 10
    assert leasing.sum(SlowInterface()) == 0
    gc.collect()


@entry()
def a_tensor_that_is_lent() -> None:
    class Slow(dlpack.Lender):
        def __dlpack__(self, **wanted: Any) -> Any:
            call_out()
            return super().__dlpack__(**wanted)

    class Owner(np.ndarray):
        def __del__(self) -> None:
            call_out()

    assert bb.jclass("org.bufferbridge.fixtures.leases.Leasing").sum(Slow(np.zeros(3).view(Owner))) == 0
    gc.collect()


@entry("do_release", "do_object_of_lease")
def the_end_of_what_was_leased() -> None:
    class Owner(bytearray):
        def __del__(self) -> None:
            call_out()

    leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
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
        leasing = bb.jclass("org.bufferbridge.fixtures.leases.Leasing")
        leasing.retain(Exporting())
        leasing.closeKept()


@entry("do_convert")
def a_number_of_a_user() -> None:
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


@entry("do_kind", "do_items")
def a_loop_over_anybodys_items() -> None:
    class Loop:
        @property
        def __class__(self) -> type:
            call_out()
            return object

        def __iter__(self) -> Any:
            call_out()
            yield 1
            call_out()

    assert list(bb.jclass("java.util.ArrayList")(Loop())) == [1]


@entry()
def an_unraisable_hook() -> None:
    exporter = bb.jclass("org.bufferbridge.fixtures.exporters.ThrowingExporter").in_(
        "RELEASE", "IllegalArgumentException"
    )
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


class Stream(io.StringIO):
    def write(self, text: str) -> int:
        call_out()
        return super().write(text)


@entry()
def a_stream_that_java_prints_to() -> None:
    shown, stream = sys.stdout, Stream()
    bb.start(redirect_output=True)
    try:
        sys.stdout = stream
        bb.jclass("java.lang.System").out.println("from Java")
        while "from Java\n" not in stream.getvalue():
            time.sleep(0.01)
    finally:
        sys.stdout = shown
        bb.start(redirect_output=False)

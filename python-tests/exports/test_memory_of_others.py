"""Memory of another library in an ExportArena: its holders are named, and its cleanup action frees it."""

from __future__ import annotations

import re

import numpy as np
import pytest

import bufferbridge as bb


def test_the_cleanup_action_frees_it_when_the_last_holder_lets_go(jvm: None) -> None:
    arena = bb.jclass("org.bufferbridge.ExportArena").open()
    freed: list[int] = []
    of_others = bb.jclass("java.lang.foreign.Arena").global_().allocate(16)
    memory = of_others.reinterpret(arena, lambda segment: freed.append(segment.byteSize()))
    kept = np.asarray(memory)
    with pytest.raises(bb.JavaError, match=re.escape("(16 bytes, 1 export out")):
        arena.close()
    arena.closeWhenReleased()
    kept[3] = 7
    del memory
    assert (freed, kept[3]) == ([], 7)
    del kept
    assert freed == [16]


def test_it_is_freed_at_once_if_nobody_holds_it(jvm: None) -> None:
    arena = bb.jclass("org.bufferbridge.ExportArena").open()
    freed: list[int] = []
    bb.jclass("java.lang.foreign.Arena").global_().allocate(16).reinterpret(arena, lambda segment: freed.append(1))
    arena.closeWhenReleased()
    assert freed == [1]

"""Java methods that take leases, and a lease that Java keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import bufferbridge as bb


@pytest.fixture(scope="module")
def leasing(jvm: None) -> bb.JavaClass:
    return bb.jclass("org.bufferbridge.fixtures.leases.Leasing")


@pytest.fixture
def kept(leasing: bb.JavaClass) -> Iterator[bytearray]:
    source = bytearray(b"\1\2\3\4")
    leasing.retain(source)
    yield source
    leasing.closeKept()

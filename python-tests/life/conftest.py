"""Each bridge that is installed, as a fixture."""

from __future__ import annotations

import pytest

from life.bridges import BRIDGES, require


@pytest.fixture(params=list(BRIDGES))
def bridge(request: pytest.FixtureRequest) -> str:
    require(request.param)
    return str(request.param)


@pytest.fixture(params=["jpype", "jpy"])
def bridge_with_arrays(request: pytest.FixtureRequest) -> str:
    """Each bridge that keeps Java arrays; pyjnius turns them into lists."""
    require(request.param)
    return str(request.param)

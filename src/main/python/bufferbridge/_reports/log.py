"""The logger of the package, `bufferbridge`."""

from __future__ import annotations

import logging

logger = logging.getLogger("bufferbridge")

"""The logger of the package, `bufferbridge`.

Importing `logging` takes long beside the rest of the package. Messages that only a configured logger shows are dropped
while nobody has imported it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import Logger


class _Log:
    """The methods of the logger that the package calls."""

    def debug(self, message: str, *values: object) -> None:
        if "logging" in sys.modules:
            _logger().debug(message, *values, stacklevel=2)

    def info(self, message: str, *values: object) -> None:
        if "logging" in sys.modules:
            _logger().info(message, *values, stacklevel=2)

    def warning(self, message: str, *values: object) -> None:
        _logger().warning(message, *values, stacklevel=2)


def _logger() -> Logger:
    import logging

    return logging.getLogger("bufferbridge")


logger = _Log()

"""The end of a `with` block: a failure there never replaces an exception that leaves the block."""

from __future__ import annotations

from bufferbridge._reports.log import logger


def survive(exception: BaseException, failure: BaseException) -> None:
    """Reports a failure at the end of a block that `exception` leaves, as a note that its traceback shows.

    The C half calls this too.
    """
    text = _text(failure)
    BaseException.add_note(exception, text)
    if isinstance(exception, GeneratorExit):  # its traceback is not shown
        logger.warning(text)


def log(failure: BaseException) -> None:
    """Reports a failure that cannot become a note."""
    logger.warning(_text(failure))


def _text(failure: BaseException) -> str:
    return f"At the end of its with block: {type(failure).__name__}: {failure}"

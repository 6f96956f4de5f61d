"""The end of a `with` block: what cannot be ended there never replaces an exception that is on its way."""

from __future__ import annotations

import gc

from bufferbridge._trace import logger


def survive(exception: BaseException, failure: BaseException) -> None:
    """Tells of a failure at the end of a block that `exception` leaves: as a note, which its traceback shows.

    Called from C, too.
    """
    text = f"At the end of its with block: {type(failure).__name__}: {failure}"
    BaseException.add_note(exception, text)
    if isinstance(exception, GeneratorExit):  # nobody sees its traceback
        logger.warning(text)


def users_beside(views: list[memoryview]) -> int:
    """How many others use the memory that `views` share: at least 1, where they are not found.

    Memoryviews that are made from one another share one export, so it is the garbage collector that knows them.
    """
    users = 0
    for view in views:
        try:
            view.release()
        except BufferError as refusal:  # "memoryview has 2 exported buffers"
            users += sum(int(word) for word in str(refusal).split() if word.isdecimal())
    ours = set(map(id, views))
    for shared in gc.get_referents(views[0]) if views else []:
        for other in gc.get_referrers(shared):
            if type(other) is memoryview and id(other) not in ours and not _is_released(other):
                users += 1
    return max(users, 1)


def _is_released(view: memoryview) -> bool:
    try:
        return view.nbytes < 0
    except ValueError:
        return True


def still_used(what: str, count: int, traced: str = "") -> str:
    """Why something is not released: how many use it, by whom as far as that is traced, and the way out."""
    users, them = ("1 array or memoryview", "it") if count == 1 else (f"{count} arrays or memoryviews", "them")
    return f"{what} is still used by {users}{traced}: delete {them} first, or leave out `with`"

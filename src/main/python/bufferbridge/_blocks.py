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


def still_used(what: str, count: int, way_out: str, traced: str = "") -> str:
    """Why something is not released: how many use it, by whom as far as that is traced, and the way out.

    Args:
        what: is not released.
        count: how many arrays and memoryviews use it.
        way_out: what to do about `{them}`, and what happens to what `{they_write}`.
        traced: where one was made.
    """
    if count == 1:
        users, way_out = "1 array or memoryview", way_out.format(them="it", they_write="it writes")
    else:
        users, way_out = f"{count} arrays or memoryviews", way_out.format(them="them", they_write="they write")
    return f"{what} is still used by {users}{traced}: {way_out}"

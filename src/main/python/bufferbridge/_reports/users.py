"""The arrays and memoryviews that still use memory, for the refusals of its release."""

from __future__ import annotations

import gc


def other_users(views: list[memoryview]) -> int:
    """How many other objects use the memory that `views` share; 1 if none of them is found.

    Memoryviews that are made from one another share one export, so only the garbage collector knows them.
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
    """Why something is not released: the number of its users, where one was acquired if traced, and the way out.

    Args:
        what: the thing that is not released.
        count: how many arrays and memoryviews use it.
        way_out: what to do about `{them}`, and what happens to what `{they_write}`.
        traced: where one of them was acquired.
    """
    if count == 1:
        users, way_out = "1 array or memoryview", way_out.format(them="it", they_write="it writes")
    else:
        users, way_out = f"{count} arrays or memoryviews", way_out.format(them="them", they_write="they write")
    return f"{what} is still used by {users}{traced}: {way_out}"

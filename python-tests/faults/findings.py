"""The findings of one run of all scenarios, and their places."""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from typing import TYPE_CHECKING

from faults import sites
from faults.library import LIBRARY

if TYPE_CHECKING:
    pass

CRITICALS = ["SystemError", "AssertionError", "NameError"]  # these are defects, never valid answers to a failing call


class Run:
    """The findings of one process."""

    def __init__(self) -> None:
        self.runs = 0
        self.borne = Counter()  # by the offset of the site: failures without an exception
        self.raised = Counter()  # by the exception's type
        self.findings: list[str] = []
        self.unraisable = Counter()
        sys.unraisablehook = self._note_unraisable

    def _note_unraisable(self, args: object) -> None:
        self.unraisable[args.exc_type.__name__] += 1
        if args.exc_type.__name__ in CRITICALS:
            self.find(
                "unraisable", "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
            )

    def find(self, where: str, what: str) -> None:
        self.findings.append(f"{where}: {what}")
        print("FINDING", self.findings[-1], flush=True)


def place_of(offset: int) -> str:
    file, line = sites.located(LIBRARY, [offset])[offset]
    return f"{file}:{line}"


_places: dict[int, str] = {}


def place_of_cached(offset: int) -> str:
    if offset not in _places:
        _places[offset] = place_of(offset)
    return _places[offset]

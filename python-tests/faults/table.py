"""The table of every call site: how often it was reached, how often it failed, how often that did no harm."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from faults import sites
from faults.library import LIBRARY
from faults.sites import Site

if TYPE_CHECKING:
    pass


def add_sites(totals: dict[int, list], sites) -> None:
    for function, offset, met, failed in sites:
        entry = totals.setdefault(offset, [function, 0, 0])
        entry[1] += met
        entry[2] += failed


def table(totals: dict[int, list], borne: Counter) -> tuple[list[str], int, int, int]:
    """The lines; the number of sites, of sites that never failed, and of those among them that are within reach."""
    linked = sites.of_stand_ins(LIBRARY)
    places = sites.located(LIBRARY, sorted({*linked, *totals}))
    rows: dict[Site, list[int]] = {}
    stand_ins = {path.name for path in sites.STAND_INS.iterdir()}
    for offset, function in linked.items():
        if places[offset][0] not in stand_ins and function not in ("free", "munmap", "PyType_GetSlot", "_Exit"):
            rows[Site(*places[offset], function)] = [0, 0, 0]
    jni = sites.of_jni()
    for site in jni:
        rows[site] = [0, 0, 0]
    for offset, (function, met, failed) in totals.items():
        file, line = places[offset]
        site = Site(file, line, function)
        if site not in rows:  # for a call of several lines, the line where it begins
            near = [one for one in jni if one.file == file and one.function == function and abs(one.line - line) <= 4]
            site = min(near, key=lambda one: abs(one.line - line), default=site)
        row = rows.setdefault(site, [0, 0, 0])
        for place, value in enumerate((met, failed, borne[offset])):
            row[place] += value
    lines = [f"{'site':58}{'met':>9}{'failed':>9}{'borne':>9}"]
    for site, (met, failed, absorbed) in sorted(rows.items()):
        lines.append(f"{site!s:58}{met:9}{failed:9}{absorbed:9}{verdict(site, failed)}")
    never = [site for site, row in rows.items() if not row[1]]
    return lines, len(rows), len(never), sum(not sites.out_of_reach(site) for site in never)


def verdict(site: Site, failed: int) -> str:
    if failed:
        return ""
    return "   out of reach" if sites.out_of_reach(site) else "   NEVER FAILED"

"""The tables of conversions.md in docs/reference are those of conversions.toml, which test_conversions.py requires."""

from __future__ import annotations

import subprocess
import sys

from support.places import ROOT


def test_the_tables_are_up_to_date() -> None:
    subprocess.run([sys.executable, "tools/conversions", "check"], cwd=ROOT, check=True)

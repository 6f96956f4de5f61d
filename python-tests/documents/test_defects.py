"""The defects of `make mutants` can be planted: the sources have the texts that they replace, and their tests exist."""

from __future__ import annotations

import pytest

from mutants.defects import MUTANTS, MUTANTS_OF_ARROW, Mutant
from support.places import ROOT, TESTS


@pytest.mark.parametrize("mutant", MUTANTS + MUTANTS_OF_ARROW, ids=lambda mutant: mutant.name)
def test_what_a_defect_replaces_stands_once_in_its_source(mutant: Mutant) -> None:
    assert len(mutant.places((ROOT / mutant.path).read_text())) == 1
    assert mutant.new != mutant.old
    for test in mutant.tests:
        assert (TESTS / test.partition("::")[0]).exists()


def test_no_two_defects_have_one_name() -> None:
    names = [mutant.name for mutant in MUTANTS + MUTANTS_OF_ARROW]
    assert len(set(names)) == len(names)

"""The defects that `make mutants` plants: what is wrong, where, and which tests have to notice.

Each module has the defects of one part of the library.
"""

from . import arrow, leases, lending, memory, native_code, process, requests, values
from .mutant import PYTHON, C, Mutant

__all__ = ["MUTANTS", "MUTANTS_OF_ARROW", "PYTHON", "C", "Mutant"]

MUTANTS = [
    *requests.MUTANTS,
    *memory.MUTANTS,
    *leases.MUTANTS,
    *lending.MUTANTS,
    *native_code.MUTANTS,
    *process.MUTANTS,
    *values.MUTANTS,
]

MUTANTS_OF_ARROW = arrow.MUTANTS

"""Defects of values that cross without a conversion in Java."""

from __future__ import annotations

from .mutant import C, Mutant

PLAIN = f"{C}/calls/plain_value.c"
TEXT = f"{C}/base/text.c"
NUMBERS = ("calls/test_plain_values.py",)
TEXTS = ("calls/test_calls.py",)

MUTANTS = [
    Mutant(
        "int beyond 64 bits read for Java",
        PLAIN,
        "return overflow == 0 && (*number",
        "return (*number",
        NUMBERS,
    ),
    Mutant(
        "int beyond 32 bits truncated for Java",
        PLAIN,
        " || number != (jint)number) {",
        ") {",
        NUMBERS,
    ),
    Mutant(
        "derived list read by its memory",
        PLAIN,
        "if (PyList_CheckExact(object)) {",
        "if (PyList_Check(object)) {",
        NUMBERS,
    ),
    Mutant(
        "second part of an array stored over the first",
        PLAIN,
        "(*env)->SetDoubleArrayRegion(env, array, first, count, numbers);",
        "(*env)->SetDoubleArrayRegion(env, array, 0, count, numbers);",
        NUMBERS,
    ),
    Mutant(
        "last part of an array left out",
        PLAIN,
        "first < length; first += PART",
        "first + PART <= length; first += PART",
        NUMBERS,
    ),
    Mutant(
        "unpaired surrogate joined with any unit",
        TEXT,
        "&& (units[i + 1] & 0xFC00) == 0xDC00;",
        ";",
        TEXTS,
    ),
    Mutant(
        "text taken for Latin-1 by a part of its characters",
        TEXT,
        "all |= units[i]; bytes[i]",
        "all = units[i]; bytes[i]",
        TEXTS,
    ),
]

"""Defects of the C API."""

from __future__ import annotations

from .mutant import C, Mutant

API = f"{C}/api/c_api.c"
HELD = ("exports/test_c_api.py",)
EXAMPLES = ("documents/test_native_examples.py",)

MUTANTS = [
    Mutant(
        "export of native code not released",
        API,
        "    bb_buffer_release(&held->view);\n    free(held);",
        "    free(held);",
        HELD,
    ),
    Mutant(
        "view of native code not emptied by its release",
        API,
        "    *view = (bb_view){0};\n    if (held != NULL) {",
        "    if (held != NULL) {",
        HELD,
    ),
    Mutant(
        "exception of Java lost by a release of native code",
        API,
        "end_export, held);\n        put_java_back(&pending);",
        "end_export, held);",
        HELD,
    ),
    Mutant(
        "any object acquired as a JavaBuffer",
        API,
        "    if (!is_buffer(object)) {",
        "    if (object == NULL) {",
        HELD,
    ),
    Mutant(
        "lease of native code kept by C as well",
        API,
        "    bb_lease_drop(lease);\n    return is_made",
        "    return is_made",
        HELD,
    ),
    Mutant(
        "C API older than the code that imports it",
        "include/bufferbridge_api.h",
        "return api->version >= BB_API_VERSION && api->size",
        "return api->size",
        EXAMPLES,
    ),
]

"""Defects of memory by other protocols: DLPack, Arrow, addresses."""

from __future__ import annotations

from .mutant import C, Mutant

LENDING = (
    "lending/test_dlpack_export.py",
    "lending/test_dlpack_import.py",
    "lending/test_arrow_export.py",
    "lending/test_arrow_import.py",
    "lending/test_array_interface.py",
)

MUTANTS = [
    Mutant(
        "export of a tensor not released by its deleter",
        f"{C}/protocols/dlpack_export.c",
        "    bb_buffer_release(&((bb_tensor *)data)->view);\n    free(data);",
        "    free(data);",
        LENDING,
    ),
    Mutant(
        "tensor of a consumer deleted with its capsule",
        f"{C}/protocols/dlpack_export.c",
        "    } else if (PyCapsule_IsValid(capsule, BB_DLPACK)) {",
        "    } else if (PyCapsule_IsValid(capsule, BB_DLPACK_VERSIONED_USED)) {\n"
        "        delete_tensor(((bb_dlpack_versioned *)PyCapsule_GetPointer(capsule, BB_DLPACK_VERSIONED_USED))"
        "->context);\n"
        "    } else if (PyCapsule_IsValid(capsule, BB_DLPACK)) {",
        LENDING,
    ),
    Mutant(
        "read-only memory not said in DLPack",
        f"{C}/protocols/dlpack_export.c",
        "uint64_t read_only = tensor->view.readonly && !wanted->is_copied ? BB_DLPACK_READ_ONLY : 0;",
        "uint64_t read_only = 0;",
        LENDING,
    ),
    Mutant(
        "refused tensor not deleted",
        f"{C}/protocols/dlpack_import.c",
        "    if (format == NULL) {\n        give_up(borrowed);\n",
        "    if (format == NULL) {\n",
        LENDING,
    ),
    Mutant(
        "tensor without a version written",
        f"{C}/protocols/dlpack_import.c",
        ".is_readonly = versioned == NULL || (versioned",
        ".is_readonly = versioned != NULL && (versioned",
        LENDING,
    ),
    Mutant(
        "export released with the first part of an Arrow array",
        f"{C}/protocols/arrow_export.c",
        "if (atomic_fetch_sub(&owner->levels_left, 1) == 1) {",
        "if (atomic_fetch_sub(&owner->levels_left, 1) == owner->view.ndim) {",
        LENDING,
    ),
    Mutant(
        "offset of an Arrow array ignored",
        f"{C}/protocols/arrow_import.c",
        "    int64_t from = array->offset;\n",
        "    int64_t from = 0;\n",
        LENDING,
    ),
    Mutant(
        "memory at an address not kept",
        f"{C}/protocols/addresses.c",
        "    Py_DECREF((PyObject *)owner);\n",
        "",
        LENDING,
    ),
    Mutant(
        "memory let go of although its address was told",
        f"{C}/exports/export.c",
        "        ((bb_export *)view->internal)->flags = KEEPS_THE_ADDRESS;\n",
        "",
        LENDING,
    ),
]

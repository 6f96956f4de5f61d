/*
 * DLPack: the structures of version 1, and those from before versions, as https://dmlc.github.io/dlpack lays them out.
 */
#ifndef BB_DLPACK_H
#define BB_DLPACK_H

#include "base/bb.h"

#define BB_DLPACK "dltensor"
#define BB_DLPACK_USED "used_dltensor"
#define BB_DLPACK_VERSIONED "dltensor_versioned"
#define BB_DLPACK_VERSIONED_USED "used_dltensor_versioned"

enum { BB_DLPACK_MAJOR = 1, BB_DLPACK_MINOR = 0 };

enum { BB_DEVICE_CPU = 1 };

enum bb_dlpack_code {
    BB_DLPACK_INT = 0,
    BB_DLPACK_UINT = 1,
    BB_DLPACK_FLOAT = 2,
    BB_DLPACK_BFLOAT = 4,
    BB_DLPACK_COMPLEX = 5,
    BB_DLPACK_BOOL = 6,
};

/* Bits of `flags`. */
#define BB_DLPACK_READ_ONLY 0x1u
#define BB_DLPACK_IS_COPIED 0x2u

typedef struct bb_dlpack_device {
    int32_t type; /* BB_DEVICE_CPU, or another */
    int32_t id;
} bb_dlpack_device;

typedef struct bb_dlpack_type {
    uint8_t code; /* enum bb_dlpack_code, or another */
    uint8_t bits; /* of one lane */
    uint16_t lanes;
} bb_dlpack_type;

typedef struct bb_dltensor {
    void *data;
    bb_dlpack_device device;
    int32_t ndim;
    bb_dlpack_type type;
    int64_t *shape;
    int64_t *strides; /* items; NULL for C-contiguous memory */
    uint64_t byte_offset;
} bb_dltensor;

typedef struct bb_dlpack_unversioned {
    bb_dltensor tensor;
    void *context;
    void (*deleter)(struct bb_dlpack_unversioned *self); /* may be NULL */
} bb_dlpack_unversioned;

typedef struct bb_dlpack_versioned {
    uint32_t major;
    uint32_t minor;
    void *context;
    void (*deleter)(struct bb_dlpack_versioned *self); /* may be NULL */
    uint64_t flags;
    bb_dltensor tensor;
} bb_dlpack_versioned;

/* The C exchange table of a type, from version 1.2 on: the capsule __dlpack_c_exchange_api__ of the type. */
#define BB_DLPACK_TABLE "dlpack_exchange_api"

typedef struct bb_dlpack_table {
    uint32_t major;
    uint32_t minor;
    const struct bb_dlpack_table *previous;
    void (*allocator)(void);
    int (*tensor_of)(void *object, bb_dlpack_versioned **tensor); /* 0, or -1 with an exception set */
    /* More functions follow. */
} bb_dlpack_table;

#endif

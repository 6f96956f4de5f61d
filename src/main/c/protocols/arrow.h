/* The structures of Arrow's C data and stream interfaces, as Arrow's specification lays them out. */
#ifndef BB_ARROW_H
#define BB_ARROW_H

#include "base/bb.h"

/* The names of the capsules. */
#define BB_ARROW_SCHEMA "arrow_schema"
#define BB_ARROW_ARRAY "arrow_array"
#define BB_ARROW_STREAM "arrow_array_stream"

/* A structure that was moved or released has no `release`. */
typedef struct bb_arrow_schema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct bb_arrow_schema **children;
    struct bb_arrow_schema *dictionary;
    void (*release)(struct bb_arrow_schema *self);
    void *private_data;
} bb_arrow_schema;

typedef struct bb_arrow_array {
    int64_t length;
    int64_t null_count; /* -1: not counted */
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers; /* of primitives: the bits of validity, or NULL, and the items */
    struct bb_arrow_array **children;
    struct bb_arrow_array *dictionary;
    void (*release)(struct bb_arrow_array *self);
    void *private_data;
} bb_arrow_array;

typedef struct bb_arrow_stream {
    int (*get_schema)(struct bb_arrow_stream *self, bb_arrow_schema *out); /* 0 or an errno */
    int (*get_next)(struct bb_arrow_stream *self, bb_arrow_array *out);    /* at the end, `out` has no release */
    const char *(*get_last_error)(struct bb_arrow_stream *self);
    void (*release)(struct bb_arrow_stream *self);
    void *private_data;
} bb_arrow_stream;

#endif

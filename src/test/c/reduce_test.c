/*
 * The reduction of a descriptor to a request, with neither runtime. Checks the table of requests, written a second
 * time and independently of reduce.c, against every combination of flags.
 */
#include "../../main/c/base/reduce.c"

#include <stdio.h>
#include <string.h>

static int failures;

static void check(int holds, const char *rule, const char *request, const char *geometry)
{
    if (!holds) {
        fprintf(stderr, "FAILED: %s (request %s, %s)\n", rule, request, geometry);
        failures++;
    }
}

/* -------------------------------------------------------------------------------- geometries -- */

typedef struct block {
    bb_descriptor header;
    int64_t words[16];
} block;

static char memory[64];

typedef struct geometry {
    const char *name;
    int ndim;
    int64_t shape[2];
    int64_t strides[2];
    int64_t suboffsets[2];
    unsigned flags;
} geometry;

static const geometry geometries[] = {
    {"C-contiguous", 2, {2, 3}, {12, 4}, {0}, BB_C_CONTIGUOUS},
    {"C-contiguous, read-only", 2, {2, 3}, {12, 4}, {0}, BB_C_CONTIGUOUS | BB_READONLY},
    {"F-contiguous", 2, {2, 3}, {4, 8}, {0}, BB_F_CONTIGUOUS},
    {"one dimension", 1, {6}, {4}, {0}, BB_C_CONTIGUOUS | BB_F_CONTIGUOUS},
    {"with gaps", 1, {3}, {8}, {0}, 0},
    {"with gaps, read-only", 1, {3}, {8}, {0}, BB_READONLY},
    {"no dimensions", 0, {0}, {0}, {0}, BB_C_CONTIGUOUS | BB_F_CONTIGUOUS},
    {"no items", 2, {0, 3}, {12, 4}, {0}, BB_C_CONTIGUOUS | BB_F_CONTIGUOUS},
    {"rows behind pointers", 2, {2, 3}, {8, 4}, {0, -1}, BB_SUBOFFSETS},
};

static block block_of(const geometry *g)
{
    block b = {0};
    int64_t count = 1;
    int64_t *word = b.words;
    for (int d = 0; d < g->ndim; d++) {
        count *= g->shape[d];
    }
    b.header = (bb_descriptor){
        .size = (int64_t)sizeof b, .buf = memory, .len = count * 4, .itemsize = 4, .ndim = g->ndim, .flags = g->flags};
    memcpy(word, g->shape, (size_t)g->ndim * 8);
    word += g->ndim;
    memcpy(word, g->strides, (size_t)g->ndim * 8);
    word += g->ndim;
    if (g->flags & BB_SUBOFFSETS) {
        memcpy(word, g->suboffsets, (size_t)g->ndim * 8);
        word += g->ndim;
    }
    memcpy(word, "i", 2);
    return b;
}

/* ------------------------------------------------------------------------------------- rules -- */

/* The manual's table, one condition per sentence. */
static int must_refuse(const geometry *g, int request, int writable, int format)
{
    int c = (g->flags & BB_C_CONTIGUOUS) != 0;
    int f = (g->flags & BB_F_CONTIGUOUS) != 0;
    if (writable && (g->flags & BB_READONLY)) {
        return 1;
    }
    switch (request) {
    case PyBUF_SIMPLE:
        return format || !c;
    case PyBUF_ND:
        return !c;
    case PyBUF_STRIDES:
        return (g->flags & BB_SUBOFFSETS) != 0;
    case PyBUF_C_CONTIGUOUS:
        return !c;
    case PyBUF_F_CONTIGUOUS:
        return !f;
    case PyBUF_ANY_CONTIGUOUS:
        return !c && !f;
    default:
        return 0;
    }
}

static const struct {
    const char *name;
    int flags;
} requests[] = {
    {"SIMPLE", PyBUF_SIMPLE},
    {"ND", PyBUF_ND},
    {"STRIDES", PyBUF_STRIDES},
    {"C_CONTIGUOUS", PyBUF_C_CONTIGUOUS},
    {"F_CONTIGUOUS", PyBUF_F_CONTIGUOUS},
    {"ANY_CONTIGUOUS", PyBUF_ANY_CONTIGUOUS},
    {"INDIRECT", PyBUF_INDIRECT},
};

static int equal(const Py_ssize_t *actual, const int64_t *expected, int count)
{
    return actual != NULL && memcmp(actual, expected, (size_t)count * 8) == 0;
}

static void check_granted(const geometry *g, const block *b, const Py_buffer *out, int request, int format,
                          const char *name)
{
    int shaped = request != PyBUF_SIMPLE && g->ndim > 0;
    int strided = shaped && request != PyBUF_ND;
    int indirect = strided && request == PyBUF_INDIRECT && (g->flags & BB_SUBOFFSETS);

    check(out->buf == memory, "buf is the first item", name, g->name);
    check(out->obj == NULL && out->internal == NULL, "obj and internal are the caller's", name, g->name);
    check(out->len == b->header.len, "len is product(shape) * itemsize", name, g->name);
    check(out->itemsize == 4, "itemsize keeps its value without a format", name, g->name);
    check(out->readonly == ((g->flags & BB_READONLY) != 0), "readonly is the exporter's truth", name, g->name);
    check(out->ndim == (request == PyBUF_SIMPLE ? 1 : g->ndim), "ndim is 1 without a shape", name, g->name);
    check(format ? out->format != NULL && strcmp(out->format, "i") == 0 : out->format == NULL,
          "format only when requested", name, g->name);
    check(shaped ? equal(out->shape, g->shape, g->ndim) : out->shape == NULL, "shape only when requested", name,
          g->name);
    check(strided ? equal(out->strides, g->strides, g->ndim) : out->strides == NULL, "strides only when requested",
          name, g->name);
    check(indirect ? equal(out->suboffsets, g->suboffsets, g->ndim) : out->suboffsets == NULL,
          "suboffsets only when requested and needed", name, g->name);
}

static void check_request(const geometry *g, int index, int writable, int format)
{
    block b = block_of(g);
    int flags = requests[index].flags | (writable ? PyBUF_WRITABLE : 0) | (format ? PyBUF_FORMAT : 0);
    const char *name = requests[index].name;
    Py_buffer out, untouched;
    memset(&out, 0xA5, sizeof out);
    untouched = out;
    const char *reason = bb_reduce(&b.header, flags, &out);
    int refused = must_refuse(g, requests[index].flags, writable, format);
    check((reason != NULL) == refused, refused ? "is refused" : "is granted", name, g->name);
    if (reason != NULL) {
        check(memcmp(&out, &untouched, sizeof out) == 0, "a refusal touches nothing", name, g->name);
    } else {
        check_granted(g, &b, &out, requests[index].flags, format, name);
    }
}

int main(void)
{
    int checked = 0;
    for (size_t g = 0; g < sizeof geometries / sizeof *geometries; g++) {
        for (int request = 0; request < (int)(sizeof requests / sizeof *requests); request++) {
            for (int bits = 0; bits < 4; bits++, checked++) {
                check_request(&geometries[g], request, bits & 1, bits >> 1);
            }
        }
    }
    if (failures == 0) {
        printf("reduce_test: %d requests answered as memoryview answers them\n", checked);
    }
    return failures != 0;
}

/*
 * The native contract of bufferbridge: the layout of the descriptor, and who owns which memory.
 *
 * The descriptor is how Java memory crosses the language border. A Java BufferView writes itself completely into one
 * contiguous block: header, shape, strides, suboffsets, format. C reduces that block to what a consumer requested. The
 * block holds no pointers into itself, so memcpy can copy it. Values cross in slots (slots.h), Python memory in leases
 * (lease.h).
 *
 * Ownership
 *   what                               owner                        valid until
 *   ---------------------------------  ---------------------------  -----------------------------------
 *   descriptor of an export by upcall  the export record (C heap)   the export's release
 *   memory that its `buf` points to    the Java exporter            releaseBuffer of the granted view
 *   Export object (Java)               ExportTable, by the number   the record is disposed of
 *                                      in the export record
 *   descriptor of known memory         the holding (C heap)         the JavaBuffer's release() or
 *                                                                   deallocation, with no export out
 *   memory that its `buf` points to    kept in place by the         the same
 *                                      Holding object (Java)
 *   pinned Java array                  the record or the holding    the moment before Java lets go
 *   Java object of a JavaBuffer        global reference in it       the JavaBuffer's deallocation
 *   Py_buffer of a lease               the lease (C heap)           the call's end, or PythonBuffer.close()
 *   lease structure                    its call, if it has one,     the end of all ownerships
 *                                      and PythonBuffer
 *   Python object of a PythonObject    the PythonObject (Java)      PythonObject.close()
 *
 * The Java twin of this layout is Descriptor.java. When the library meets the JVM, it compares
 * BB_ABI_VERSION with the version of the jar.
 */
#ifndef BUFFERBRIDGE_H
#define BUFFERBRIDGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Changes when the layout below changes, or that of slots (slots.h) or leases (lease.h). Also changes when either
 * half changes the set of methods that the other half calls.
 */
#define BB_ABI_VERSION 18

/* The release. When the Python package imports the library, it compares this version with its own. */
#define BB_VERSION "0.1.0"

/* Properties of the geometry. The code that validates a view computes them. */
#define BB_C_CONTIGUOUS 0x1u
#define BB_F_CONTIGUOUS 0x2u
#define BB_READONLY 0x4u
/* At least one suboffset is >= 0, so the consumer has to follow pointers. */
#define BB_SUBOFFSETS 0x8u
/* Until the Java array is pinned, `buf` is an offset into it. */
#define BB_HEAP 0x10u

/*
 * The header of a descriptor block. These arrays follow it, each aligned to 8 bytes:
 *   int64_t shape[ndim]        items
 *   int64_t strides[ndim]      bytes
 *   int64_t suboffsets[ndim]   bytes; only with BB_SUBOFFSETS
 *   char    format[]           PEP 3118, NUL-terminated
 */
typedef struct bb_descriptor {
    int64_t size;     /* bytes of the whole block, header included */
    void *buf;        /* address of the item whose indices are all zero */
    int64_t len;      /* product(shape) * itemsize, bytes */
    int64_t itemsize; /* bytes, > 0 */
    int32_t ndim;     /* 0..64 */
    uint32_t flags;   /* BB_C_CONTIGUOUS ... */
} bb_descriptor;

static inline const int64_t *bb_descriptor_shape(const bb_descriptor *descriptor)
{
    return (const int64_t *)(const void *)(descriptor + 1);
}

static inline const int64_t *bb_descriptor_strides(const bb_descriptor *descriptor)
{
    return bb_descriptor_shape(descriptor) + descriptor->ndim;
}

/* NULL when no dimension has a suboffset. */
static inline const int64_t *bb_descriptor_suboffsets(const bb_descriptor *descriptor)
{
    if (!(descriptor->flags & BB_SUBOFFSETS)) {
        return NULL;
    }
    return bb_descriptor_strides(descriptor) + descriptor->ndim;
}

static inline const char *bb_descriptor_format(const bb_descriptor *descriptor)
{
    int arrays = descriptor->flags & BB_SUBOFFSETS ? 3 : 2;
    return (const char *)(bb_descriptor_shape(descriptor) + (int64_t)arrays * descriptor->ndim);
}

#endif

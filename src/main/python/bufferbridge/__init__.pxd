# The C API for Cython: `cimport bufferbridge`, or `from bufferbridge cimport bb_import, bb_view`. The header,
# bufferbridge_api.h, says what each function promises; bufferbridge.get_include() is its folder.
from libc.stdint cimport int32_t, int64_t, uint32_t

cdef extern from "bufferbridge_api.h":
    enum:
        BB_API_VERSION
        BB_READ
        BB_WRITE
        BB_READ_CONTIGUOUS
        BB_WRITE_CONTIGUOUS

    ctypedef void *bb_jni_env
    ctypedef void *bb_jni_object

    ctypedef struct bb_view:
        void *address
        int64_t length
        int64_t itemsize
        const char *format
        const int64_t *shape
        const int64_t *strides
        const int64_t *suboffsets
        int32_t ndim
        int32_t readonly

    ctypedef struct bb_api:
        uint32_t version
        uint32_t size
        const char *library
        bint (*is_buffer)(object) noexcept
        int (*acquire)(object, int request, bb_view *view) except -1
        void (*release)(bb_view *view) noexcept nogil
        bb_jni_env *(*jni_env)() except NULL
        bb_jni_object (*lease)(object, int request) except NULL
        int (*close_lease)(bb_jni_object lease) except -1
        int (*acquire_java)(bb_jni_env *env, bb_jni_object object, int request, bb_view *view) noexcept nogil

    const bb_api *bb_import() except NULL

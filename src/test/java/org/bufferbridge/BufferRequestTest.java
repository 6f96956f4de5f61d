package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferRequestTest {
    /** The values of CPython's {@code pybuffer.h}. */
    @ParameterizedTest
    @CsvSource({
        "SIMPLE, 0x0",
        "WRITABLE, 0x1",
        "FORMAT, 0x4",
        "ND, 0x8",
        "STRIDES, 0x18",
        "C_CONTIGUOUS, 0x38",
        "F_CONTIGUOUS, 0x58",
        "ANY_CONTIGUOUS, 0x98",
        "INDIRECT, 0x118",
        "CONTIG, 0x9",
        "CONTIG_RO, 0x8",
        "STRIDED, 0x19",
        "STRIDED_RO, 0x18",
        "RECORDS, 0x1d",
        "RECORDS_RO, 0x1c",
        "FULL, 0x11d",
        "FULL_RO, 0x11c",
    })
    void constantsHaveTheValuesOfCPython(String name, String value) throws ReflectiveOperationException {
        assertEquals(Integer.decode(value), BufferRequest.class.getField(name).getInt(null));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, SIMPLE",
        "0x1, WRITABLE",
        "0x4, FORMAT",
        "0x8, ND",
        "0x9, CONTIG",
        "0xc, ND|FORMAT",
        "0x18, STRIDES",
        "0x19, STRIDED",
        "0x1c, RECORDS_RO",
        "0x1d, RECORDS",
        "0x118, INDIRECT",
        "0x119, INDIRECT|WRITABLE",
        "0x11c, FULL_RO",
        "0x11d, FULL",
        "0x3d, C_CONTIGUOUS|WRITABLE|FORMAT",
        "0x58, F_CONTIGUOUS",
        "0x98, ANY_CONTIGUOUS",
        "0xb8, C_CONTIGUOUS|ANY_CONTIGUOUS",
        "0x38, C_CONTIGUOUS",
    })
    void textNamesTheFlags(String flags, String names) {
        assertEquals("BufferRequest[" + names + "]", new BufferRequest(Integer.decode(flags)).toString());
    }

    @ParameterizedTest
    @CsvSource({"0x20, 0x20", "0x100, 0x100", "0x108, ND|0x100", "0x10000, 0x10000", "0x80000001, WRITABLE|0x80000000"})
    void bitsWithoutAMeaningAreKeptInHexadecimal(String flags, String names) {
        BufferRequest request = new BufferRequest((int) (long) Long.decode(flags));
        assertEquals("BufferRequest[" + names + "]", request.toString());
    }

    @Test
    void structureIsAskedForOnlyByAllBitsOfItsFlag() {
        BufferRequest strayBits = new BufferRequest(0x10 | 0x20 | 0x40 | 0x80 | 0x100);
        assertFalse(strayBits.wantsStrides());
        assertFalse(strayBits.requiresCContiguous());
        assertFalse(strayBits.requiresFContiguous());
        assertFalse(strayBits.requiresAnyContiguous());
        assertFalse(strayBits.wantsSuboffsets());
        BufferRequest withShape = new BufferRequest(strayBits.flags() | BufferRequest.ND);
        assertTrue(withShape.wantsStrides());
        assertTrue(withShape.requiresCContiguous());
        assertTrue(withShape.requiresFContiguous());
        assertTrue(withShape.requiresAnyContiguous());
        assertTrue(withShape.wantsSuboffsets());
    }

    @Test
    void stridesIncludeTheShapeButNotTheFormat() {
        BufferRequest request = new BufferRequest(BufferRequest.STRIDES);
        assertTrue(request.wantsShape());
        assertFalse(request.wantsFormat());
        assertFalse(request.isWritable());
    }
}

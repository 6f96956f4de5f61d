package org.bufferbridge;

import java.lang.foreign.MemorySegment;

/** Complex numbers: the real part, then the imaginary part. */
final class ComplexElement extends Element {
    private final FloatingElement part;
    private final long partByteSize;

    ComplexElement(BufferFormat format, FormatItem.Leaf leaf) {
        super(format);
        BufferFormat partFormat = partOf(leaf);
        this.part = (FloatingElement) Element.of(partFormat);
        this.partByteSize = partFormat.itemSize();
    }

    /** The format of the real and of the imaginary part. */
    static BufferFormat partOf(FormatItem.Leaf complex) {
        return new BufferFormat(
                new FormatItem.Leaf(complex.type().part(), 1, complex.order(), complex.isAligned()));
    }

    @Override
    Complex getComplex(MemorySegment memory, long byteOffset) {
        return new Complex(part.getDouble(memory, byteOffset),
                part.getDouble(memory, byteOffset + partByteSize));
    }

    @Override
    Object get(MemorySegment memory, long byteOffset) {
        return getComplex(memory, byteOffset);
    }

    @Override
    void setComplex(MemorySegment memory, long byteOffset, Complex value) {
        part.requireFit(value.imaginary());
        part.setDouble(memory, byteOffset, value.real());
        part.setDouble(memory, byteOffset + partByteSize, value.imaginary());
    }

    @Override
    void setLong(MemorySegment memory, long byteOffset, long value) {
        part.setLong(memory, byteOffset, value);
        part.setLong(memory, byteOffset + partByteSize, 0);
    }

    @Override
    void setDouble(MemorySegment memory, long byteOffset, double value) {
        part.setDouble(memory, byteOffset, value);
        part.setDouble(memory, byteOffset + partByteSize, 0);
    }
}

package org.bufferbridge.internal.element;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.Complex;
import org.bufferbridge.internal.format.FormatAccess;
import org.bufferbridge.internal.format.FormatItem;

/** Complex numbers: the real part, then the imaginary part. */
public final class ComplexElement extends Element {
    private final FloatingElement part;
    private final long partByteSize;

    ComplexElement(BufferFormat format, FormatItem.Leaf leaf) {
        super(format);
        BufferFormat partFormat = partOf(leaf);
        this.part = (FloatingElement) Element.of(partFormat);
        this.partByteSize = partFormat.itemSize();
    }

    /** The format of the real and of the imaginary part. */
    public static BufferFormat partOf(FormatItem.Leaf complex) {
        return FormatAccess.FORMATS.of(
                new FormatItem.Leaf(complex.type().part(), 1, complex.order(), complex.isAligned()));
    }

    @Override
    public Complex getComplex(MemorySegment memory, long byteOffset) {
        return new Complex(part.getDouble(memory, byteOffset), part.getDouble(memory, byteOffset + partByteSize));
    }

    @Override
    public Object get(MemorySegment memory, long byteOffset) {
        return getComplex(memory, byteOffset);
    }

    @Override
    public void setComplex(MemorySegment memory, long byteOffset, Complex value) {
        part.requireFit(value.imaginary());
        part.setDouble(memory, byteOffset, value.real());
        part.setDouble(memory, byteOffset + partByteSize, value.imaginary());
    }

    @Override
    void putLong(MemorySegment memory, long byteOffset, long value) {
        part.setLong(memory, byteOffset, value);
        part.setLong(memory, byteOffset + partByteSize, 0);
    }

    @Override
    void putDouble(MemorySegment memory, long byteOffset, double value) {
        part.setDouble(memory, byteOffset, value);
        part.setDouble(memory, byteOffset + partByteSize, 0);
    }
}

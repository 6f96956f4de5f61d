package org.bufferbridge.internal.format;

import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.base.Secrets;

/** The parts of {@link BufferFormat} that only this library uses; see {@link Secrets}. */
public interface FormatAccess {
    /** The one implementation. */
    FormatAccess FORMATS = Secrets.of(FormatAccess.class, "org.bufferbridge.BufferFormat");

    /** The structure of a format. */
    FormatItem item(BufferFormat format);

    /** The format of an item. */
    BufferFormat of(FormatItem item);

    /**
     * The format of the same values for items known to lie at multiples of an alignment. At multiples of 8,
     * {@code =d} becomes {@code d}.
     */
    BufferFormat aligned(BufferFormat format, long byteAlignment);
}

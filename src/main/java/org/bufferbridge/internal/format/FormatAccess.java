package org.bufferbridge.internal.format;

import org.bufferbridge.BufferFormat;
import org.bufferbridge.internal.base.Secrets;

/** What {@link BufferFormat} shows this library alone; see {@link Secrets}. */
public interface FormatAccess {
    /** The one implementation. */
    FormatAccess FORMATS = Secrets.of(FormatAccess.class, "org.bufferbridge.BufferFormat");

    /** What a format consists of. */
    FormatItem item(BufferFormat format);

    /** The format of an item. */
    BufferFormat of(FormatItem item);

    /**
     * The format of the same values for items known to lie at multiples of an alignment: {@code d} for {@code =d} at
     * multiples of 8.
     */
    BufferFormat aligned(BufferFormat format, long byteAlignment);
}

package org.bufferbridge;

import java.lang.foreign.MemorySegment;

/** Where an item lies: at a byte offset of a segment. */
record Place(MemorySegment segment, long byteOffset) {
}

package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;

/** Where an item lies: at a byte offset of a segment. */
public record Place(MemorySegment segment, long byteOffset) {}

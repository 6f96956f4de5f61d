/**
 * Java memory as Python buffers, and Python buffers as Java memory, with nothing copied.
 *
 * <p>CPython's buffer protocol (PEP 3118) lets one object lend its memory to another. The <i>consumer</i> makes a
 * <i>request</i>. The <i>exporter</i> answers with a description of its memory, and keeps that memory in place until
 * the consumer releases it. This package implements both ends of the protocol.
 *
 * <p><b>One description for both directions.</b> A {@link org.bufferbridge.BufferView} is a
 * {@link java.lang.foreign.MemorySegment} together with what its bytes mean. It has the
 * {@link org.bufferbridge.BufferFormat} of an item, the shape and the strides. A Java exporter describes its memory
 * with a view. Java code reads and writes a Python buffer through a view. The view describes everything. One place
 * reduces it to the consumer's {@link org.bufferbridge.BufferRequest}, or refuses, by memoryview's rules. Exporters
 * need no logic for flags.
 *
 * <p><b>Words.</b> An <i>export</i> is one outstanding grant from Java to Python, a <i>lease</i> one from
 * Python to Java. <i>Shape</i> counts items; <i>strides</i>, <i>suboffsets</i> and <i>offsets</i> count
 * bytes. To <i>refuse</i> is to answer with {@link org.bufferbridge.BufferException}, which Python sees as
 * {@code BufferError}.
 *
 * <p><b>What is never done.</b> No copy is silent: you ask for one by name ({@code copyFrom}, {@code toArray}). What
 * cannot be shown in place is refused, with the reason. No view reaches outside of its memory. Each view is checked
 * when it is made, and the memory checks each access again. No value is cut to fit: reading or writing a number that
 * the other type cannot hold throws an {@link java.lang.ArithmeticException}.
 *
 * <pre>{@code
 * MemorySegment memory = Arena.ofAuto().allocate(480 * 640 * 3);
 * BufferView image = BufferView.of(memory, BufferFormat.UINT8, 480, 640, 3);
 * BufferView red = image.at(2, 0);                       // 480 x 640, every third byte
 * BufferView mirrored = red.slice(1, 639, -1, -1);       // negative strides, the same memory
 * mirrored.setInt(255, 0, 0);                            // writes image[0, 639, 0]
 * }</pre>
 */
package org.bufferbridge;

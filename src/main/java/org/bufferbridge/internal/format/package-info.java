/**
 * Formats of PEP 3118: read, written, and as memory layouts.
 *
 * <ul>
 *   <li>{@link FormatParser}, {@link FormatPrinter}, {@link FormatItem}, {@link FormatLayout}, {@link ElementType}:
 *       formats: read, written, and as {@code MemoryLayout}; the types of elements
 * </ul>
 */
package org.bufferbridge.internal.format;

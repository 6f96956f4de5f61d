/**
 * Formats of PEP 3118: parsed, printed, and converted to memory layouts.
 *
 * <ul>
 *   <li>{@link FormatParser}, {@link FormatPrinter}: read and write the text of a format
 *   <li>{@link SizedFormat}: which reading of a text has the size that its items have
 *   <li>{@link FormatItem}, {@link ElementType}: the structure of a format, and the types of its elements
 *   <li>{@link FormatLayout}: converts formats to and from {@code MemoryLayout}
 * </ul>
 */
package org.bufferbridge.internal.format;

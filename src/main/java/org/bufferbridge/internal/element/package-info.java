/**
 * One item of a view, read and written.
 *
 * <ul>
 *   <li>{@link Element} and its subclasses, {@link LongDouble}: reads and writes one item
 *   <li>{@link MemoryAccess}: primitive values in memory, and what is said where it is closed
 * </ul>
 */
package org.bufferbridge.internal.element;

/**
 * One item of a view, read and written as a Java value.
 *
 * <ul>
 *   <li>{@link Element} and its subclasses, {@link LongDouble}: read and write one item
 *   <li>{@link MemoryAccess}: primitive values in memory, and the exception for closed memory
 * </ul>
 */
package org.bufferbridge.internal.element;

/**
 * The kinds of memory that the library exports itself, and the memory that it makes.
 *
 * <ul>
 *   <li>{@link KnownMemory}, {@link JnaMemory}, {@link MemoryExporter}: each kind of known memory as a view
 *   <li>{@link NativeBlock}, {@link ArrayCopy}: the memory of {@code empty} and {@code copy}
 *   <li>{@link BorrowedCopy}: the copy behind {@code borrow} where an array cannot be pinned
 * </ul>
 */
package org.bufferbridge.internal.memory;

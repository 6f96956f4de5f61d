/**
 * The kinds of memory that the library exports itself, and the memory that it makes.
 *
 * <ul>
 *   <li>{@link KnownMemory}, {@link JnaMemory}, {@link MemoryExporter}: each kind of known memory as a view
 *   <li>{@link NativeBlock}, {@link ArrayCopy}, {@link BorrowedCopy}: memory of {@code empty} and {@code copy};
 *       snapshots; the copy behind {@code borrow} where nothing can be pinned
 * </ul>
 */
package org.bufferbridge.internal.memory;

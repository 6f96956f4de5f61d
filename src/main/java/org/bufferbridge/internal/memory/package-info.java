/**
 * The kinds of memory that the library exports itself, and the memory that it makes.
 *
 * <ul>
 *   <li>{@link KnownMemory}, {@link JnaMemory}, {@link MemoryExporter}: memory that the library can view. {@code
 *       KnownMemory.isKnown} says which of it is known; that of JNA is exported by upcall
 *   <li>{@link NativeBlock}, {@link ArrayCopy}: the memory of {@code empty} and {@code copy}
 *   <li>{@link BorrowedCopy}: the copy behind {@code borrow} where an array cannot be pinned
 * </ul>
 */
package org.bufferbridge.internal.memory;

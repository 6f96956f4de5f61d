/**
 * Keeps memory in place while Python has its address: arenas stay open, arrays are pinned.
 *
 * <ul>
 *   <li>{@link MemoryHold}: keeps arenas open and checks that arrays can be pinned, for every {@code Export} and every
 *       {@code Holding}
 *   <li>{@link Keepers}, {@link Refusals}: which {@code ExportArena} or leased Python buffer keeps memory open, by its
 *       scope; the texts of refused closes
 *   <li>{@link ArenaLock}: has the JDK refuse {@code Arena.close()}, by {@code MemorySessionImpl.acquire0}; where a JDK
 *       lacks that, closeable arenas are not exported
 *   <li>{@link Pins}, {@link VmOptions}, {@link HeapArrays}: whether this JVM can pin, and how much may be pinned. The
 *       size of a heap region, and the array under a segment
 * </ul>
 */
package org.bufferbridge.internal.hold;

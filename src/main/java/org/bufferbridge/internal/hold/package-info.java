/**
 * How memory is kept where it is while Python has its address: arenas stay open, arrays are pinned.
 *
 * <ul>
 *   <li>{@link MemoryHold}: keeps arenas open and asks whether arrays can be pinned, behind every {@code Export} and
 *       every {@code Holding}
 *   <li>{@link Keepers}, {@link Refusals}: which memory an {@code ExportArena} or a leased Python buffer keeps, by
 *       its scope; the JDK keeps the rest; who is in the way of an end, in words
 *   <li>{@link ArenaLock}: {@code Arena.close()} of any arena is refused: {@code MemorySessionImpl.acquire0}; where
 *       a JDK lacks it, closeable arenas are not exported
 *   <li>{@link Pins}, {@link VmOptions}, {@link HeapArrays}: whether this JVM can pin, and how much may be pinned;
 *       the size of a heap region; the array under a segment
 * </ul>
 */
package org.bufferbridge.internal.hold;

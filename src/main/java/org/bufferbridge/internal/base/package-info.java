/**
 * What all packages need: secrets of public classes, ends that have to run, objects that were forgotten.
 *
 * <ul>
 *   <li>{@link Secrets}: how internal packages get at what public classes do not show
 *   <li>{@link Releases}, {@link Retries}: what has to run at an end: all of it does, and nothing replaces a result
 *       or hides an exception; ends that somebody in the JDK is in the way of, tried until they succeed
 *   <li>{@link Log}: the only calls of a logger, which may throw or wait
 *   <li>{@link Forgotten}, {@link SpinLock}: leases, Python objects and arenas that became unreachable, found by the
 *       garbage collector; what was closed before costs it nothing
 *   <li>{@link Exact}: products and sums of sizes, refused with their numbers beyond 64 bits
 * </ul>
 */
package org.bufferbridge.internal.base;

/**
 * What all packages need: secrets of public classes, releases that have to run, objects that were forgotten.
 *
 * <ul>
 *   <li>{@link Secrets}: gives internal packages what public classes do not show
 *   <li>{@link Releases}, {@link Retries}: releases that all run, and neither replace a result nor hide an exception.
 *       Ends that a call of the JDK prevents are tried until they succeed
 *   <li>{@link Log}: the only calls of a logger, which may throw or wait
 *   <li>{@link Forgotten}, {@link SpinLock}: leases, Python objects and arenas that became unreachable, found by the
 *       garbage collector
 *   <li>{@link Exact}: products and sums of sizes, refused with their numbers beyond 64 bits
 * </ul>
 */
package org.bufferbridge.internal.base;

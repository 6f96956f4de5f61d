/**
 * The classes that only the Python half calls ({@code _native.internal_class}).
 *
 * <ul>
 *   <li>{@link Borrowing}, {@link Retaining}: what {@code borrow} lends; the lease that {@code retain} makes
 *   <li>{@link Items}, {@link Names}: collections, arrays, texts and numbers behind Python's operators; names of
 *       packages and signatures of methods
 *   <li>{@link Output}, {@link Printer}: what Java prints, on its way to Python's streams
 *   <li>{@link Thrown}: the stack trace of an exception
 *   <li>{@link Diagnosis}: what this JVM can do for the bridge
 * </ul>
 */
package org.bufferbridge.internal.python;

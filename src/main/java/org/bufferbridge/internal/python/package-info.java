/**
 * The classes that only the Python half calls ({@code _native.internal_class}).
 *
 * <ul>
 *   <li>{@link Borrowing}: what {@code borrow} lends
 *   <li>{@link Diagnosis}: what this JVM can do for the bridge
 * </ul>
 */
package org.bufferbridge.internal.python;

/**
 * What the Python half alone calls.
 *
 * <ul>
 *   <li>{@link Borrowing}, {@link Diagnosis}: what the Python half alone calls ({@code _native.internal_class}):
 *       {@code borrow}; what this JVM can do for the bridge
 * </ul>
 */
package org.bufferbridge.internal.python;

/**
 * The entries through which C calls Java for Python.
 *
 * <ul>
 *   <li>{@link Calls}: {@code invoke}, {@code getField} and {@code setField}
 *   <li>{@link ObjectProtocol}: {@code str}, {@code ==}, {@code hash}, {@code isinstance} and {@code with}
 *   <li>{@link Throwables}: the description of an exception for Python
 * </ul>
 */
package org.bufferbridge.internal.calls;

/**
 * The entries through which C calls Java for Python.
 *
 * <ul>
 *   <li>{@link Calls}: {@code invoke}, {@code getField}, {@code setField} and {@code setItem}
 *   <li>{@link Ahead}: the next items of a loop, many at a time
 *   <li>{@link ObjectProtocol}: {@code str}, {@code ==}, {@code <}, {@code hash}, {@code isinstance} and {@code with}
 *   <li>{@link Throwables}: the description of an exception for Python
 * </ul>
 */
package org.bufferbridge.internal.calls;

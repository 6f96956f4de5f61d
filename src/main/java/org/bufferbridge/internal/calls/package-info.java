/**
 * The entries through which C calls Java for Python.
 *
 * <ul>
 *   <li>{@link Calls}, {@link ObjectProtocol}: the entries from C: {@code invoke}, {@code getField}, {@code
 *       setField}; {@code str}, {@code ==}, {@code hash}, {@code isinstance}, {@code with}
 *   <li>{@link Throwables}: what Python is told of an exception
 * </ul>
 */
package org.bufferbridge.internal.calls;

/**
 * Values of calls: Python arguments as Java parameters, Java results and arguments as Python values.
 *
 * <ul>
 *   <li>{@link Slots}, {@link Results}, {@link Arguments}: the layout of arguments, the result in slot 0, and arguments
 *       for Python
 *   <li>{@link Parameter} and its subclasses, {@link PythonValues}: which Python values a Java type takes
 *   <li>{@link Functional}: an interface that a Python function can be an object of
 *   <li>{@link BufferParameter}: Python buffers, through {@code CallValues}
 *   <li>{@link Conversion}: a Python object as a Java value, on Java's request
 * </ul>
 */
package org.bufferbridge.internal.values;

/**
 * Values of calls: Python arguments as Java parameters, Java results and arguments as Python values.
 *
 * <ul>
 *   <li>{@link Slots}, {@link Results}, {@link Arguments}: the layout of arguments, the result in slot 0, and arguments
 *       for Python
 *   <li>{@link Parameter} and its subclasses, {@link PythonValues}: which Python values a Java type takes
 *   <li>{@link Container}, {@link Iterables}, {@link PackedItems}: lists, dicts, sets and other iterables as Java
 *       containers; their items
 *   <li>{@link Described}, {@link Boxes}: values that only some Java types take; the class that a number or text
 *       remembers
 *   <li>{@link Functional}: an interface that a Python function can be an object of
 *   <li>{@link BufferParameter}: Python buffers, through {@code CallValues}
 *   <li>{@link Kept}, {@link Compared}: how parameters of the library's own methods use values
 *   <li>{@link Conversion}: a Python object as a Java value, on Java's request
 *   <li>{@link CallException}, {@link Signatures}: a refused call; the names of types in messages
 * </ul>
 */
package org.bufferbridge.internal.values;

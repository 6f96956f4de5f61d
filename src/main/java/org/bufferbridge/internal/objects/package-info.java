/**
 * Python objects that Java has, and calls of them.
 *
 * <ul>
 *   <li>{@link PythonReference}, {@link PythonIterator}, {@link PythonInvocation}: one reference, given up once; a
 *       Python iterator as Java's; a call with Java values
 *   <li>{@link CallLeases}: a lease as what a parameter takes
 *   <li>{@link Interpreter}: which Python Java has started, for messages
 * </ul>
 */
package org.bufferbridge.internal.objects;

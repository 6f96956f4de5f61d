/**
 * Python objects that Java has, and calls of them.
 *
 * <ul>
 *   <li>{@link PythonReference}: one reference, given up once
 *   <li>{@link PythonIterator}: a Python iterator as a Java iterator
 *   <li>{@link PythonFunction}: a Python function as an object of a functional interface
 *   <li>{@link PythonInvocation}: a call with Java values
 *   <li>{@link CallValues}: a lease as what a parameter takes
 *   <li>{@link Interpreter}: which Python Java has started, for messages
 * </ul>
 */
package org.bufferbridge.internal.objects;

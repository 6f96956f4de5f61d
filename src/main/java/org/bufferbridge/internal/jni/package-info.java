/**
 * The native methods, and the parts of the JDK that are no API.
 *
 * <ul>
 *   <li>{@link Natives}: the native methods, and the version that both halves must share
 *   <li>{@link PythonCalls}: the native methods by which Java calls Python
 *   <li>{@link JdkInternals}: the parts of the JDK that are no API, looked up once
 * </ul>
 */
package org.bufferbridge.internal.jni;

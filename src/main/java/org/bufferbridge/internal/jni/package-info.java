/**
 * The native methods, and what of the JDK is no API.
 *
 * <ul>
 *   <li>{@link Natives}, {@link PythonCalls}: the native methods, and the version both halves must share; those
 *       behind {@code PythonObject}
 *   <li>{@link JdkInternals}: what of the JDK is no API, looked for once
 * </ul>
 */
package org.bufferbridge.internal.jni;

/**
 * CPython in a Java process: found, started, ended.
 *
 * <ul>
 *   <li>{@link PythonLife}, {@link RunningPython}, {@link ProcessClaim}: the state machine of Python's life; the one
 *       Python behind all handles; which class loader has it
 *   <li>{@link PythonSearch}, {@link PythonInstallation}, {@link Settings}: which interpreter; what it says about
 *       itself; what a {@code PythonConfig} says
 *   <li>{@link PythonHost}, {@link PythonPackage}, {@link PythonMain}: libpython and the native library, loaded; the
 *       Python package, out of the jar; Python's main thread
 *   <li>{@link ProcessEnd}, {@link Carriers}: the end of a process that Python hosts; carriers of virtual threads
 *       that wait for Python
 * </ul>
 */
package org.bufferbridge.internal.host;

/**
 * Finds, starts and ends CPython in a Java process.
 *
 * <ul>
 *   <li>{@link PythonLife}, {@link RunningPython}, {@link ProcessClaim}: the state machine of Python's life; the one
 *       Python that runs; the class loader that has it
 *   <li>{@link PythonSearch}, {@link PythonInstallation}, {@link Settings}: the choice of an interpreter; its
 *       description of itself; the settings of a {@code PythonConfig}
 *   <li>{@link PythonHost}, {@link PythonPackage}, {@link TemporaryFolder}, {@link PythonMain}: libpython and the
 *       native library, loaded; the Python package, out of the jar, in a folder that goes with the process; Python's
 *       main thread
 *   <li>{@link ProcessEnd}, {@link Carriers}: the end of a process that Python hosts; carriers of virtual threads that
 *       wait for Python
 * </ul>
 */
package org.bufferbridge.internal.host;

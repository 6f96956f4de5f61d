/**
 * Finds what is installed, what this JVM can do for the bridge, and what is missing, with the remedy.
 *
 * <ul>
 *   <li>{@link Finding}: the result of one examination
 *   <li>{@link JavaFindings}: Java's half of the findings; {@code doctor.py} has Python's
 *   <li>{@link NeededLibraries}: the libraries that this library needs
 *   <li>{@link Json}: findings as JSON
 * </ul>
 */
package org.bufferbridge.internal.doctor;

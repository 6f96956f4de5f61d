/**
 * Calling Java from Python: finding classes and members by name, choosing overloads, converting
 * arguments and results.
 *
 * <p>The native side packs the Python arguments of one call into {@link
 * org.bufferbridge.internal.values.Slots slots}, enters the JVM once through {@link
 * org.bufferbridge.internal.calls.Calls}, and reads the result from slot 0. Everything that can be known
 * about a class or a member is found once and kept; a call looks nothing up by reflection.
 *
 * <p>The package is not exported. Its public types are public for the other packages of this
 * module and for the native side.
 */
package org.bufferbridge.internal.calls;

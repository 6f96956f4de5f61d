/**
 * The native methods of the library, and what of the JDK is no API.
 */
package org.bufferbridge.internal.jni;

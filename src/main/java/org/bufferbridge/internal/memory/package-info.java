/**
 * The kinds of memory that the library exports itself, and copies of it.
 */
package org.bufferbridge.internal.memory;

/**
 * Formats of PEP 3118: what they consist of, read, written, and as memory layouts.
 */
package org.bufferbridge.internal.format;

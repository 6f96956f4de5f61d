/**
 * What the Python half of this library calls by name, and nobody else may.
 */
package org.bufferbridge.internal.python;

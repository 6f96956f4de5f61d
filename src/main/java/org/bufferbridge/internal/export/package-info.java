/**
 * Exports: from Java to Python.
 */
package org.bufferbridge.internal.export;

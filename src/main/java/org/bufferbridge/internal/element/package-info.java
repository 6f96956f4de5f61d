/**
 * One item in memory: reads and writes it as a Java value.
 */
package org.bufferbridge.internal.element;

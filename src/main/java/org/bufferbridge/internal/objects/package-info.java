/**
 * Python objects and buffers that Java holds.
 */
package org.bufferbridge.internal.objects;

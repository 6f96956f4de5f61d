/**
 * Which overload a call means.
 */
package org.bufferbridge.internal.overloads;

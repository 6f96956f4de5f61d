/**
 * What all other packages stand on: arithmetic on sizes, ends that all run, what was forgotten, and the way to what
 * public classes do not show.
 */
package org.bufferbridge.internal.base;

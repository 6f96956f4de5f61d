/**
 * What is told of exports and leases while they come and go, what is out, and what has leaked.
 */
package org.bufferbridge.internal.trace;

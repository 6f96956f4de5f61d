/**
 * CPython in a process that Java started: found, started, ended; and the end of a process that Python hosts.
 */
package org.bufferbridge.internal.host;

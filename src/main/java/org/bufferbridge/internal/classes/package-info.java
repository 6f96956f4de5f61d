/**
 * Java classes: found by name, numbered, and what they declare.
 */
package org.bufferbridge.internal.classes;

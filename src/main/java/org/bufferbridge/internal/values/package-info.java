/**
 * Values between the languages: the layout that both know, and which Python values a Java type takes.
 */
package org.bufferbridge.internal.values;

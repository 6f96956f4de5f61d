/**
 * What a name stands for in a Java class or in its objects.
 */
package org.bufferbridge.internal.members;

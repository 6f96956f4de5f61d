/**
 * Finds the overload that a call means.
 *
 * <ul>
 *   <li>{@link Overloads}, {@link Overload}, {@link Application}, {@link Specificity}: the candidates, and the choice
 *       of the most specific one
 *   <li>{@link Signature}: the key under which a choice is remembered
 *   <li>{@link Storing}: which methods store their arguments
 * </ul>
 */
package org.bufferbridge.internal.overloads;

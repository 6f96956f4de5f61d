/**
 * Which overload of a method a call means.
 *
 * <ul>
 *   <li>{@link Overloads}, {@link Overload}, {@link Application}, {@link Specificity}, {@link Signature}: which
 *       overload is meant; choices are remembered
 * </ul>
 */
package org.bufferbridge.internal.overloads;

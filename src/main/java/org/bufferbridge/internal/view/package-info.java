/**
 * The places of a view's items, and operations on many items at once.
 *
 * <ul>
 *   <li>{@link Geometry}, {@link Alignment}, {@link Reshape}: the places of items, and the checks when a view is made
 *   <li>{@link Indirection}: the pointers of suboffsets
 *   <li>{@link RequestRules}: which requests a view satisfies
 *   <li>{@link ItemCopy}, {@link RowCursor}, {@link JavaArrays}: many items: copied, row by row, as arrays
 * </ul>
 */
package org.bufferbridge.internal.view;

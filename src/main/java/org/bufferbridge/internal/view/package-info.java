/**
 * Where the items of a view lie, and many of them at once.
 *
 * <ul>
 *   <li>{@link Geometry}, {@link Alignment}, {@link Indirection}, {@link Reshape}, {@link RequestRules}: where items
 *       lie, and the checks when a view is made; pointers of suboffsets; which requests a view satisfies
 *   <li>{@link ItemCopy}, {@link RowCursor}, {@link JavaArrays}: many items: copied, row by row, as arrays
 * </ul>
 */
package org.bufferbridge.internal.view;

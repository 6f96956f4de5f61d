/**
 * The places of a view's items, and operations on many items at once.
 *
 * <ul>
 *   <li>{@link Geometry}, {@link Alignment}, {@link Reshape}: the places of items, and the checks when a view is made
 *   <li>{@link Indirection}: the pointers of suboffsets
 *   <li>{@link RequestRules}: which requests a view satisfies
 *   <li>{@link ItemCopy}, {@link RowCursor}, {@link JavaArrays}, {@link WantedArray}: many items: copied, row by row,
 *       as arrays, as an array of a type that the caller names
 *   <li>{@link Place}, {@link ViewAccess}: where an item lies; the parts of a view that only this library uses
 * </ul>
 */
package org.bufferbridge.internal.view;

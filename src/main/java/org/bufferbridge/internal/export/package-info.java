/**
 * Exports: grants from Java to Python.
 *
 * <ul>
 *   <li>{@link Exportable}, {@link Providers}: whether and how a class exports; the providers, found and asked once,
 *       the broken ones passed over
 *   <li>{@link Export}, {@link ExportTable}: one export by upcall: the view that was granted, and to whom it goes
 *       back; the {@code Export}s by the numbers that C calls them
 *   <li>{@link Upcalls}: makes the upcall stubs, beside the program
 *   <li>{@link Holding}, {@link Prepared}: what one {@code JavaBuffer} holds of known memory; classes that the first
 *       one would initialise
 *   <li>{@link Descriptor}: a view's block in the layout that C reads
 * </ul>
 */
package org.bufferbridge.internal.export;

/**
 * Exports: grants from Java to Python.
 *
 * <ul>
 *   <li>{@link Exportable}, {@link Providers}: whether and how a class exports; finds the providers once, and passes
 *       over broken ones
 *   <li>{@link Export}, {@link ExportTable}: one export by upcall: the granted view, and its exporter; the
 *       {@code Export}s by their numbers in C
 *   <li>{@link Upcalls}: makes the upcall stubs, on a thread of its own
 *   <li>{@link Holding}, {@link Prepared}: the known memory that one {@code JavaBuffer} holds; initialises classes
 *       before their first use
 *   <li>{@link GuardWord}, {@link Granted}, {@link IdleHoldings}, {@link GuardAccess}: guarded memory: the word in
 *       which Java and C count; what a guard grants to C; the holdings that a change lets go of
 *   <li>{@link Descriptor}: a view's block in the layout that C reads
 * </ul>
 */
package org.bufferbridge.internal.export;

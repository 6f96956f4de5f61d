/**
 * Reports: messages to loggers, stacks, events of Flight Recorder, lists of what is out.
 *
 * <ul>
 *   <li>{@link Tracing}, {@link FlightEvents}, {@link LeakReports}: loggers, stacks, events of Flight Recorder; the
 *       leaks that were found
 *   <li>{@link OutLists}: what is out and what is held, from C's text
 * </ul>
 */
package org.bufferbridge.internal.trace;

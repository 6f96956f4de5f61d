/**
 * Java classes as the bridge finds them: by name, with what they declare and what may be reached.
 *
 * <ul>
 *   <li>{@link ClassSearch}, {@link KnownClass}, {@link TypeIds}: classes by name; the numbers that C knows them by
 *   <li>{@link Access}, {@link Generics}: what this module can reach; what generic signatures say
 *   <li>{@link Listing}, {@link Declared}, {@link ClassFile}: what a class declares; from its class file where
 *       reflection lists nothing, because a member names a missing class
 * </ul>
 */
package org.bufferbridge.internal.classes;

/**
 * Java classes as the bridge finds them: by name, with their declarations and with the limits of access.
 *
 * <ul>
 *   <li>{@link ClassSearch}, {@link KnownClass}, {@link TypeIds}: classes by name, and the ids by which C knows them
 *   <li>{@link Packages}: the packages and classes that Python can name, for completion, imports and messages
 *   <li>{@link Access}: which classes Python may reach
 *   <li>{@link Generics}: the type arguments in generic signatures
 *   <li>{@link Listing}, {@link Declared}, {@link ClassFile}: the declarations of a class. They are read from its class
 *       file where reflection lists nothing, because a member names a missing class.
 * </ul>
 */
package org.bufferbridge.internal.classes;

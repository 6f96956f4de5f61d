/**
 * The members of a class, as Python sees them.
 *
 * <ul>
 *   <li>{@link JavaType}, {@link Members}: a class as Python sees it; its public members
 *   <li>{@link MethodGroup}, {@link FieldMember}, {@link NestedType}: the three kinds of {@code Member}
 *   <li>{@link FunctionConstructor}: what makes an object of a functional interface of a function
 *   <li>{@link CallMember}: the method that a call of an object means
 *   <li>{@link ArrayMembers}: the constructors and {@code clone} of arrays
 *   <li>{@link MapMembers}: the {@code get} of maps that has a default
 *   <li>{@link Protocols}: the interfaces that give objects operators and built-in functions in Python
 * </ul>
 */
package org.bufferbridge.internal.members;

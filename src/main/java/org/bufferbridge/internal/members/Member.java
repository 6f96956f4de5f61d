package org.bufferbridge.internal.members;

/**
 * The meaning of a name in a class or in its objects. A member is found once per class and name and then kept. To its
 * users it is immutable, and any thread may use it.
 */
public sealed interface Member permits MethodGroup, FieldMember, NestedType {
    int METHOD = 0;
    int FIELD = 1;
    int NESTED_TYPE = 2;

    /** {@link #METHOD}, {@link #FIELD} or {@link #NESTED_TYPE}. */
    int kind();

    /** The simple name; for constructors, the name of the class. */
    String name();
}

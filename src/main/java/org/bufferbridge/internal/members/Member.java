package org.bufferbridge.internal.members;

/**
 * What a name stands for in a class or in its objects. A member is found once per class and name
 * and then kept; it is immutable to its users and may be used by any thread.
 */
public sealed interface Member permits MethodGroup, FieldMember, NestedType {
    int METHOD = 0;
    int FIELD = 1;
    int NESTED_TYPE = 2;

    /** {@link #METHOD}, {@link #FIELD} or {@link #NESTED_TYPE}. */
    int kind();

    /** The simple name, that of the class for constructors. */
    String name();
}

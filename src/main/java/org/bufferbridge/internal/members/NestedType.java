package org.bufferbridge.internal.members;

/** A public class declared in another class. */
public record NestedType(String name, JavaType type) implements Member {
    @Override
    public int kind() {
        return NESTED_TYPE;
    }
}

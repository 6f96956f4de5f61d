package org.bufferbridge;

import org.bufferbridge.internal.format.ElementType;
import org.bufferbridge.internal.format.FormatItem;

/** The lower layer of {@link BufferFormat}: the structure of a format, and what kind of values that has. */
abstract sealed class FormatKinds permits BufferFormat {
    final FormatItem item;

    FormatKinds(FormatItem item) {
        this.item = item;
    }

    /**
     * Whether this is a structure: it has {@link BufferFormat#fields()}.
     *
     * @return whether it is
     */
    public boolean isStruct() {
        return item instanceof FormatItem.Struct;
    }

    /**
     * Whether this is a sub-array: it has a {@link BufferFormat#subArrayShape()}.
     *
     * @return whether it is
     */
    public boolean isSubArray() {
        return item instanceof FormatItem.Array;
    }

    /**
     * Whether this is a boolean.
     *
     * @return whether it is {@code ?}
     */
    public boolean isBoolean() {
        return isKind(ElementType.Kind.BOOLEAN);
    }

    /**
     * Whether this is an integer.
     *
     * @return whether it is one of {@code b h i l q n B H I L Q N}
     */
    public boolean isInteger() {
        return isKind(ElementType.Kind.SIGNED) || isKind(ElementType.Kind.UNSIGNED);
    }

    /**
     * Whether this is an integer or a floating-point number that can be negative.
     *
     * @return whether it is one of {@code b h i l q n e f d g}
     */
    public boolean isSigned() {
        return isKind(ElementType.Kind.SIGNED) || isKind(ElementType.Kind.FLOATING);
    }

    /**
     * Whether this is a floating-point number.
     *
     * @return whether it is one of {@code e f d g}
     */
    public boolean isFloating() {
        return isKind(ElementType.Kind.FLOATING);
    }

    /**
     * Whether this is a complex number.
     *
     * @return whether it is one of {@code Zf Zd Zg}
     */
    public boolean isComplex() {
        return isKind(ElementType.Kind.COMPLEX);
    }

    /**
     * Whether this is a byte string, a character or opaque bytes.
     *
     * @return whether it is one of {@code c s p x}
     */
    public boolean isBytes() {
        return isKind(ElementType.Kind.CHARACTER) || isKind(ElementType.Kind.TEXT) && !isText();
    }

    /**
     * Whether this is text of UCS-2 or UCS-4 units.
     *
     * @return whether it is {@code u} or {@code w}
     */
    public boolean isText() {
        return item instanceof FormatItem.Leaf leaf
                && (leaf.type() == ElementType.UCS2 || leaf.type() == ElementType.UCS4);
    }

    /**
     * Whether all values are in the byte order of this machine.
     *
     * @return whether no value has the other order
     */
    public boolean isNativeOrder() {
        return item.isNativeOrder();
    }

    private boolean isKind(ElementType.Kind kind) {
        return item instanceof FormatItem.Leaf leaf && leaf.type().kind() == kind;
    }
}

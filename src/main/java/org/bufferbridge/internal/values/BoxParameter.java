package org.bufferbridge.internal.values;

import org.apache.commons.lang3.ClassUtils;

/** A box of a primitive type. It takes null, the box itself, and what the primitive type takes. */
public final class BoxParameter extends Parameter {
    private final PrimitiveParameter primitive;

    BoxParameter(Class<?> type) {
        super(type);
        this.primitive = new PrimitiveParameter(ClassUtils.wrapperToPrimitive(type));
    }

    @Override
    public Object convert(long slot, Object[] refs) {
        return switch (Slots.tag(slot)) {
            case Slots.NONE -> null;
            case Slots.OBJECT -> instance(slot, refs);
            default -> primitive.convert(slot, refs);
        };
    }

    @Override
    public int rank(long slot, Object[] refs) {
        int rounding = primitive.rankOfRounding(slot, refs);
        if (rounding != 0) {
            return rounding;
        }
        Class<?> box = Boxes.type(slot);
        if (box != null) {
            return box == type ? Boxes.rank(slot) : PYTHON;
        }
        return switch (Slots.tag(slot)) {
            case Slots.NONE, Slots.OBJECT -> STRICT;
            case Slots.INT -> type == Integer.class || type == Long.class ? LOOSE : PYTHON;
            case Slots.FLOAT -> type == Double.class ? LOOSE : PYTHON;
            case Slots.BOOL -> LOOSE;
            default -> PYTHON;
        };
    }

    @Override
    public String misfit(long slot, Object[] refs) {
        return primitive.misfit(slot, refs);
    }

    @Override
    public int sensitivity() {
        return primitive.sensitivity();
    }
}

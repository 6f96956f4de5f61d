package org.bufferbridge.internal.members;

import static org.bufferbridge.fixtures.calls.PackedCall.getField;
import static org.bufferbridge.fixtures.calls.PackedCall.setField;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.bufferbridge.fixtures.calls.PackedCall.Original;
import org.bufferbridge.internal.values.CallException;
import org.junit.jupiter.api.Test;

class FieldMemberTest {
    public static class Generic<T> {
        public T item;
        public int hidden = 1;
        public static int inherited = 2;
    }

    public static final class Fields extends Generic<Byte> {
        public static int shared;
        public static final String FIXED = "fixed";
        public byte small;
        public double wide;
        public Object any;
        public double[] values;
        public final int constant = 3;
        public volatile long counted;
        public List<Short> shorts;
        public int hidden = 10;
        protected int guarded;
        int local;
    }

    interface HiddenConstants {
        int SIZE = 2;
    }

    public static final class Heir implements HiddenConstants {}

    static final class HiddenHeir implements HiddenConstants {}

    private static final String OWNER = "org.bufferbridge.internal.members.FieldMemberTest.Fields.";

    private final Fields object = new Fields();

    @Test
    void staticFieldIsReadAndSet() {
        Member shared = ofClass("shared");
        setField(shared, null, 5);
        assertEquals(5, Fields.shared);
        assertEquals(5L, getField(shared, null));
        assertEquals(2L, getField(ofClass("inherited"), null));
    }

    @Test
    void staticFieldIsReachedThroughAnObject() {
        setField(ofObject("shared"), object, 6);
        assertEquals(6, Fields.shared);
    }

    @Test
    void instanceFieldIsNoMemberOfTheClass() {
        assertNull(ofClass("small"));
    }

    @Test
    void instanceFieldIsReadAndSet() {
        setField(ofObject("small"), object, -128);
        assertEquals(-128, object.small);
        assertEquals(-128L, getField(ofObject("small"), object));
        setField(ofObject("counted"), object, 1L << 40);
        assertEquals(1L << 40, object.counted);
    }

    @Test
    void valueConvertsAsAnArgumentDoes() {
        setField(ofObject("wide"), object, 5);
        assertEquals(5.0, object.wide);
        setField(ofObject("any"), object, 5);
        assertEquals(5, object.any);
        setField(ofObject("any"), object, null);
        assertNull(object.any);
        setField(ofObject("values"), object, List.of(1, 2.5));
        assertEquals(2.5, object.values[1]);
        setField(ofObject("shorts"), object, List.of(7));
        assertEquals(List.of((short) 7), object.shorts);
        Object original = new Object();
        setField(ofObject("any"), object, new Original(original));
        assertSame(original, getField(ofObject("any"), object));
    }

    @Test
    void typeVariableOfASuperclassIsKnown() {
        setField(ofObject("item"), object, 5);
        assertEquals((byte) 5, object.item);
        assertRefused(CallException.OVERFLOW, "item", 300);
    }

    @Test
    void valueOfAnotherKindIsRefused() {
        assertEquals(
                OWNER + "small(byte) does not take str",
                assertRefused(CallException.TYPE, "small", "x").getMessage());
        assertRefused(CallException.TYPE, "small", null);
        assertRefused(CallException.TYPE, "values", new Original(new ArrayList<>()));
    }

    @Test
    void valueOutOfRangeOverflows() {
        assertEquals(
                "300 does not fit byte (-128..127) in " + OWNER + "small",
                assertRefused(CallException.OVERFLOW, "small", 300).getMessage());
        assertEquals(0, object.small);
    }

    @Test
    void finalFieldIsReadButNotSet() {
        assertEquals("fixed", getField(ofClass("FIXED"), null));
        assertEquals(3L, getField(ofObject("constant"), object));
        assertEquals(
                OWNER + "constant is final and cannot be set",
                assertRefused(CallException.TYPE, "constant", 3).getMessage());
        assertThrows(CallException.class, () -> setField(ofClass("FIXED"), null, "x"));
    }

    @Test
    void hidingFieldIsFound() {
        assertEquals(10L, getField(ofObject("hidden"), object));
    }

    @Test
    void fieldThatIsNotPublicIsAbsent() {
        assertNull(ofObject("guarded"));
        assertNull(ofObject("local"));
    }

    @Test
    void fieldOfAHiddenInterfaceIsReachedThroughAPublicHeir() {
        assertEquals(2L, getField(JavaType.ofClass(Heir.class).member("SIZE", true), null));
        assertNull(JavaType.ofClass(HiddenHeir.class).member("SIZE", true));
    }

    @Test
    void arrayHasALengthThatCannotBeSet() {
        double[][] array = new double[4][];
        Member length = JavaType.of(array).member("length", false);
        assertEquals(4L, getField(length, array));
        assertThrows(CallException.class, () -> setField(length, array, 5));
        assertNull(JavaType.of(array).member("length", true));
        assertNull(JavaType.of(object).member("length", false));
    }

    private static Member ofClass(String name) {
        return JavaType.ofClass(Fields.class).member(name, true);
    }

    private static Member ofObject(String name) {
        return JavaType.ofClass(Fields.class).member(name, false);
    }

    private CallException assertRefused(int kind, String name, Object value) {
        CallException refused = assertThrows(CallException.class, () -> setField(ofObject(name), object, value));
        assertEquals(kind, refused.kind(), refused.getMessage());
        return refused;
    }
}

package org.bufferbridge.internal.calls;

import static org.bufferbridge.internal.calls.PackedCall.callStatic;
import static org.bufferbridge.internal.calls.RefusedCall.overflow;
import static org.bufferbridge.internal.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import org.bufferbridge.internal.calls.PackedCall.Original;
import org.bufferbridge.internal.calls.SequenceArgumentsTest.Lists;
import org.bufferbridge.internal.values.CallException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScalarArgumentsTest {
    private static final BigInteger HUGE = BigInteger.TWO.pow(70);
    private static final BigInteger BEYOND_DOUBLE = BigInteger.TEN.pow(400);
    private static final long BEYOND_INT = 1L << 40;

    public static final class Numbers {
        private Numbers() {}

        public static String whole(int value) {
            return "int";
        }

        public static String whole(long value) {
            return "long";
        }

        public static String whole(BigInteger value) {
            return "BigInteger";
        }

        public static String small(byte value) {
            return "byte";
        }

        public static String small(short value) {
            return "short";
        }

        public static String wide(double value) {
            return "double";
        }

        public static String wide(float value) {
            return "float";
        }

        public static String boxed(Integer value) {
            return "Integer";
        }

        public static String boxed(Long value) {
            return "Long";
        }

        public static String boxed(Object value) {
            return "Object";
        }

        public static String primitiveOrBox(byte value) {
            return "byte";
        }

        public static String primitiveOrBox(Byte value) {
            return "Byte";
        }

        public static String boxOrPrimitive(Short value) {
            return "Short";
        }

        public static String boxOrPrimitive(short value) {
            return "short";
        }

        public static String primitiveOrObject(long value) {
            return "long";
        }

        public static String primitiveOrObject(Object value) {
            return "Object";
        }

        public static String exact(BigInteger value) {
            return "BigInteger";
        }

        public static String exact(BigDecimal value) {
            return "BigDecimal";
        }

        public static String exactOrShort(BigInteger value) {
            return "BigInteger";
        }

        public static String exactOrShort(short value) {
            return "short";
        }

        public static byte mean(byte value) {
            return value;
        }

        public static short shortOf(short value) {
            return value;
        }

        public static int intOf(int value) {
            return value;
        }

        public static long longOf(long value) {
            return value;
        }

        public static float floatOf(float value) {
            return value;
        }

        public static double doubleOf(double value) {
            return value;
        }

        public static char charOf(char value) {
            return value;
        }

        public static boolean booleanOf(boolean value) {
            return value;
        }

        public static String classOf(Object value) {
            return value == null ? "null" : value.getClass().getSimpleName();
        }

        public static String classOfNumber(Number value) {
            return classOf(value);
        }

        public static String classOfComparable(Comparable<?> value) {
            return classOf(value);
        }

        public static String byteBox(Byte value) {
            return classOf(value);
        }

        public static String integerBox(Integer value) {
            return classOf(value);
        }

        public static String doubleBox(Double value) {
            return classOf(value);
        }

        public static String floatBox(Float value) {
            return classOf(value);
        }

        public static String characterBox(Character value) {
            return classOf(value);
        }

        public static String booleanBox(Boolean value) {
            return classOf(value);
        }

        public static BigDecimal decimal(BigDecimal value) {
            return value;
        }

        public static String narrow(float first, byte second) {
            return "float, byte";
        }

        public static String narrow(double first, byte second) {
            return "double, byte";
        }

        public static String crossed(int first, Object second) {
            return "int, Object";
        }

        public static String crossed(Object first, int second) {
            return "Object, int";
        }

        public static String equalTo(long first, long second) {
            return "long, long";
        }

        public static String equalTo(Object first, Object second) {
            return "Object, Object";
        }

        public static String nullOr(Integer value) {
            return "Integer";
        }

        public static String nullOr(Long value) {
            return "Long";
        }

        public static String nullOrArray(int[] value) {
            return "int[]";
        }

        public static String nullOrArray(long[] value) {
            return "long[]";
        }
    }

    @Nested
    class Ints {
        @Test
        void intThatFitsIsJavaInt() {
            assertEquals("int", callStatic(Numbers.class, "whole", Integer.MAX_VALUE));
            assertEquals("int", callStatic(Numbers.class, "whole", Integer.MIN_VALUE));
        }

        @Test
        void intBeyondIntIsJavaLong() {
            assertEquals("long", callStatic(Numbers.class, "whole", Integer.MAX_VALUE + 1L));
            assertEquals("long", callStatic(Numbers.class, "whole", Integer.MIN_VALUE - 1L));
        }

        @Test
        void intBeyondLongIsBigInteger() {
            assertEquals("BigInteger", callStatic(Numbers.class, "whole", HUGE));
        }

        @Test
        void intWidensToFloatingPoint() {
            assertEquals(3.0, callStatic(Numbers.class, "doubleOf", 3));
            assertEquals(3.0, callStatic(Numbers.class, "floatOf", 3));
        }

        @Test
        void narrowestWideningIsChosen() {
            assertEquals("float", callStatic(Numbers.class, "wide", 3));
        }

        @Test
        void intNarrowsWithinRange() {
            assertEquals(-128L, callStatic(Numbers.class, "mean", -128));
            assertEquals(32767L, callStatic(Numbers.class, "shortOf", 32767));
        }

        @Test
        void intOutsideTheRangeOverflows() {
            CallException refused = overflow(() -> callStatic(Numbers.class, "mean", 300));
            assertEquals("300 does not fit byte (-128..127) in mean(byte)", refused.getMessage());
            overflow(() -> callStatic(Numbers.class, "shortOf", -32769));
            overflow(() -> callStatic(Numbers.class, "intOf", BEYOND_INT));
            overflow(() -> callStatic(Numbers.class, "longOf", HUGE));
        }

        @Test
        void overflowNamesEveryOverloadThatWasTooNarrow() {
            assertEquals(
                    "100000 does not fit byte (-128..127) in small(byte);"
                            + " 100000 does not fit short (-32768..32767) in small(short)",
                    overflow(() -> callStatic(Numbers.class, "small", 100_000)).getMessage());
        }

        @Test
        void narrowOverloadsAreChosenByRange() {
            assertEquals("byte", callStatic(Numbers.class, "small", 5));
            assertEquals("short", callStatic(Numbers.class, "small", 200));
        }

        @Test
        void intIsLongForSupertypesWhateverItsValue() {
            assertEquals("Long", callStatic(Numbers.class, "classOf", 5));
            assertEquals("Long", callStatic(Numbers.class, "classOf", BEYOND_INT));
            assertEquals("Long", callStatic(Numbers.class, "classOfNumber", 5));
            assertEquals("Long", callStatic(Numbers.class, "classOfComparable", 5));
        }

        @Test
        void intBeyondLongIsBigIntegerForSupertypes() {
            assertEquals("BigInteger", callStatic(Numbers.class, "classOf", HUGE));
        }

        @Test
        void intBecomesTheBoxThatIsDeclared() {
            assertEquals("Integer", callStatic(Numbers.class, "integerBox", 5));
            assertEquals("Byte", callStatic(Numbers.class, "byteBox", 5));
            assertEquals("Double", callStatic(Numbers.class, "doubleBox", 5));
            assertEquals("Float", callStatic(Numbers.class, "floatBox", 5));
        }

        @Test
        void intOutsideTheRangeOfABoxOverflows() {
            assertEquals(
                    "200 does not fit byte (-128..127) in byteBox(Byte)",
                    overflow(() -> callStatic(Numbers.class, "byteBox", 200)).getMessage());
            overflow(() -> callStatic(Numbers.class, "integerBox", BEYOND_INT));
        }

        @Test
        void boxesAreOrderedAsTheirPrimitiveTypes() {
            assertEquals("Integer", callStatic(Numbers.class, "boxed", 5));
            assertEquals("Long", callStatic(Numbers.class, "boxed", BEYOND_INT));
            assertEquals("Object", callStatic(Numbers.class, "boxed", HUGE));
        }

        @Test
        void primitiveTypeComesBeforeItsBox() {
            assertEquals("byte", callStatic(Numbers.class, "primitiveOrBox", 5));
            assertEquals("short", callStatic(Numbers.class, "boxOrPrimitive", 5));
            assertEquals("long", callStatic(Numbers.class, "primitiveOrObject", 5));
        }

        @Test
        void intBecomesBigNumbersWhereNothingElseTakesIt() {
            assertEquals("BigInteger", callStatic(Numbers.class, "exact", 5));
            assertEquals("short", callStatic(Numbers.class, "exactOrShort", 5));
            assertEquals("BigInteger", callStatic(Numbers.class, "exactOrShort", 100_000));
            assertEquals(BigDecimal.valueOf(5), callStatic(Numbers.class, "decimal", 5));
            assertEquals(new BigDecimal(HUGE), callStatic(Numbers.class, "decimal", HUGE));
        }

        @Test
        void intBeyondLongBecomesAFloatingPointNumberIfFinite() {
            assertEquals(HUGE.doubleValue(), callStatic(Numbers.class, "doubleOf", HUGE));
            assertEquals(
                    "an int of 401 digits does not fit double"
                            + " (-1.7976931348623157E308..1.7976931348623157E308)"
                            + " in doubleOf(double)",
                    overflow(() -> callStatic(Numbers.class, "doubleOf", BEYOND_DOUBLE))
                            .getMessage());
        }

        @Test
        void intIsNeitherBooleanNorChar() {
            type(() -> callStatic(Numbers.class, "booleanOf", 1));
            type(() -> callStatic(Numbers.class, "charOf", 65));
            type(() -> callStatic(Numbers.class, "characterBox", 65));
            type(() -> callStatic(Numbers.class, "charOf", HUGE));
        }
    }

    @Nested
    class OtherScalars {
        @Test
        void floatIsJavaDouble() {
            assertEquals("double", callStatic(Numbers.class, "wide", 1.5));
            assertEquals("Double", callStatic(Numbers.class, "classOf", 1.5));
            assertEquals("Double", callStatic(Numbers.class, "doubleBox", 1.5));
        }

        @Test
        void floatNarrowsToFloatWhileFinite() {
            assertEquals(1.5, callStatic(Numbers.class, "floatOf", 1.5));
            assertEquals("Float", callStatic(Numbers.class, "floatBox", 1.5));
            assertEquals(Double.NEGATIVE_INFINITY, callStatic(Numbers.class, "floatOf", Double.NEGATIVE_INFINITY));
            assertEquals(Double.NaN, callStatic(Numbers.class, "floatOf", Double.NaN));
        }

        @Test
        void finiteFloatThatWouldBecomeInfiniteOverflows() {
            assertEquals(
                    "1.0E300 does not fit float (-3.4028235E38..3.4028235E38) in floatOf(float)",
                    overflow(() -> callStatic(Numbers.class, "floatOf", 1e300)).getMessage());
            overflow(() -> callStatic(Numbers.class, "floatBox", -1e300));
        }

        @Test
        void floatIsNoIntegerEvenIfWhole() {
            type(() -> callStatic(Numbers.class, "intOf", 3.0));
            type(() -> callStatic(Numbers.class, "whole", 3.0));
        }

        @Test
        void boolIsBooleanOnly() {
            assertEquals(true, callStatic(Numbers.class, "booleanOf", true));
            assertEquals("Boolean", callStatic(Numbers.class, "booleanBox", false));
            assertEquals("Boolean", callStatic(Numbers.class, "classOf", true));
            type(() -> callStatic(Numbers.class, "intOf", true));
            type(() -> callStatic(Numbers.class, "doubleOf", true));
            type(() -> callStatic(Numbers.class, "classOfNumber", true));
        }

        @Test
        void strOfOneUnitIsCharWhereNothingElseTakesIt() {
            assertEquals('x', callStatic(Numbers.class, "charOf", "x"));
            assertEquals("Character", callStatic(Numbers.class, "characterBox", "x"));
        }

        @Test
        void strOfAnotherLengthIsNoChar() {
            type(() -> callStatic(Numbers.class, "charOf", "xy"));
            type(() -> callStatic(Numbers.class, "charOf", ""));
            type(() -> callStatic(Numbers.class, "charOf", "\uD83D\uDE00"));
        }

        @Test
        void strIsStringForSupertypes() {
            assertEquals("String", callStatic(Numbers.class, "classOf", "x"));
            assertEquals("String", callStatic(Numbers.class, "classOfComparable", "x"));
            type(() -> callStatic(Numbers.class, "classOfNumber", "x"));
        }

        @Test
        void noneIsNullForReferences() {
            assertEquals("null", callStatic(Numbers.class, "classOf", (Object) null));
            assertEquals("null", callStatic(Numbers.class, "integerBox", (Object) null));
            assertEquals("null", callStatic(Numbers.class, "classOf", new Original(null)));
        }

        @Test
        void noneIsNoPrimitive() {
            type(() -> callStatic(Numbers.class, "intOf", (Object) null));
            type(() -> callStatic(Numbers.class, "booleanOf", (Object) null));
        }

        @Test
        void noneIsAmbiguousBetweenUnrelatedReferences() {
            type(() -> callStatic(Numbers.class, "nullOr", (Object) null));
            type(() -> callStatic(Numbers.class, "nullOr", new Original(null)));
            type(() -> callStatic(Numbers.class, "nullOrArray", (Object) null));
        }
    }

    @Nested
    class Objects {
        @Test
        void boxUnboxesAndWidens() {
            assertEquals(5L, callStatic(Numbers.class, "intOf", new Original(5)));
            assertEquals(5L, callStatic(Numbers.class, "longOf", new Original(5)));
            assertEquals(5.0, callStatic(Numbers.class, "doubleOf", new Original(5L)));
            assertEquals(65L, callStatic(Numbers.class, "intOf", new Original('A')));
            assertEquals('A', callStatic(Numbers.class, "charOf", new Original('A')));
            assertEquals(true, callStatic(Numbers.class, "booleanOf", new Original(true)));
            assertEquals(2.5, callStatic(Numbers.class, "doubleOf", new Original(2.5f)));
            assertEquals(7L, callStatic(Numbers.class, "shortOf", new Original((byte) 7)));
        }

        @Test
        void boxIsNotNarrowed() {
            type(() -> callStatic(Numbers.class, "shortOf", new Original(5)));
            type(() -> callStatic(Numbers.class, "intOf", new Original(5L)));
            type(() -> callStatic(Numbers.class, "intOf", new Original(BigInteger.ONE)));
            type(() -> callStatic(Numbers.class, "integerBox", new Original(5L)));
        }

        @Test
        void boxIsAnObjectBeforeItIsUnboxed() {
            assertEquals("Object", callStatic(Numbers.class, "primitiveOrObject", new Original(5)));
        }

        @Test
        void objectIsPassedAsTheOriginal() {
            Object original = new Object();
            assertSame(original, callStatic(java.util.Objects.class, "requireNonNull", new Original(original)));
        }

        @Test
        void objectOfAnotherClassIsRefused() {
            assertEquals(
                    "no overload of org.bufferbridge.internal.calls.ScalarArgumentsTest.Numbers.decimal"
                            + " takes (java.util.ArrayList); candidates: decimal(BigDecimal)",
                    type(() -> callStatic(Numbers.class, "decimal", new Original(new ArrayList<>())))
                            .getMessage());
        }

        @Test
        void arrayIsTakenByItsTypeOnly() {
            assertEquals("[1, 2]", callStatic(Arrays.class, "toString", new Original(new short[] {1, 2})));
            type(() -> callStatic(Lists.class, "ints", new Original(new long[] {1})));
        }
    }
}

package org.bufferbridge.internal.values;

import static org.bufferbridge.fixtures.calls.PackedCall.callStatic;
import static org.bufferbridge.fixtures.calls.RefusedCall.overflow;
import static org.bufferbridge.fixtures.calls.RefusedCall.type;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import org.bufferbridge.fixtures.calls.NumberParameters;
import org.bufferbridge.fixtures.calls.PackedCall.Original;
import org.bufferbridge.fixtures.calls.SequenceParameters;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScalarArgumentsTest {
    private static final BigInteger HUGE = BigInteger.TWO.pow(70);
    private static final BigInteger BEYOND_DOUBLE = BigInteger.TEN.pow(400);
    private static final long BEYOND_INT = 1L << 40;

    @Nested
    class Ints {
        @Test
        void intThatFitsIsJavaInt() {
            assertEquals("int", callStatic(NumberParameters.class, "whole", Integer.MAX_VALUE));
            assertEquals("int", callStatic(NumberParameters.class, "whole", Integer.MIN_VALUE));
        }

        @Test
        void intBeyondIntIsJavaLong() {
            assertEquals("long", callStatic(NumberParameters.class, "whole", Integer.MAX_VALUE + 1L));
            assertEquals("long", callStatic(NumberParameters.class, "whole", Integer.MIN_VALUE - 1L));
        }

        @Test
        void intBeyondLongIsBigInteger() {
            assertEquals("BigInteger", callStatic(NumberParameters.class, "whole", HUGE));
        }

        @Test
        void intWidensToFloatingPoint() {
            assertEquals(3.0, callStatic(NumberParameters.class, "doubleOf", 3));
            assertEquals(3.0, callStatic(NumberParameters.class, "floatOf", 3));
        }

        @Test
        void narrowestWideningIsChosen() {
            assertEquals("float", callStatic(NumberParameters.class, "wide", 3));
        }

        @Test
        void intNarrowsWithinRange() {
            assertEquals(-128L, callStatic(NumberParameters.class, "mean", -128));
            assertEquals(32767L, callStatic(NumberParameters.class, "shortOf", 32767));
        }

        @Test
        void intOutsideTheRangeOverflows() {
            CallException refused = overflow(() -> callStatic(NumberParameters.class, "mean", 300));
            assertEquals("300 does not fit byte (-128..127) in mean(byte)", refused.getMessage());
            overflow(() -> callStatic(NumberParameters.class, "shortOf", -32769));
            overflow(() -> callStatic(NumberParameters.class, "intOf", BEYOND_INT));
            overflow(() -> callStatic(NumberParameters.class, "longOf", HUGE));
        }

        @Test
        void overflowNamesEveryOverloadThatWasTooNarrow() {
            assertEquals(
                    "100000 does not fit byte (-128..127) in small(byte);"
                            + " 100000 does not fit short (-32768..32767) in small(short)",
                    overflow(() -> callStatic(NumberParameters.class, "small", 100_000))
                            .getMessage());
        }

        @Test
        void narrowOverloadsAreChosenByRange() {
            assertEquals("byte", callStatic(NumberParameters.class, "small", 5));
            assertEquals("short", callStatic(NumberParameters.class, "small", 200));
        }

        @Test
        void intIsTheFirstBoxThatHasItForSupertypes() {
            assertEquals("Integer", callStatic(NumberParameters.class, "classOf", 5));
            assertEquals("Long", callStatic(NumberParameters.class, "classOf", BEYOND_INT));
            assertEquals("Integer", callStatic(NumberParameters.class, "classOfNumber", 5));
            assertEquals("Integer", callStatic(NumberParameters.class, "classOfComparable", 5));
        }

        @Test
        void intBeyondLongIsBigIntegerForSupertypes() {
            assertEquals("BigInteger", callStatic(NumberParameters.class, "classOf", HUGE));
        }

        @Test
        void intBecomesTheBoxThatIsDeclared() {
            assertEquals("Integer", callStatic(NumberParameters.class, "integerBox", 5));
            assertEquals("Byte", callStatic(NumberParameters.class, "byteBox", 5));
            assertEquals("Double", callStatic(NumberParameters.class, "doubleBox", 5));
            assertEquals("Float", callStatic(NumberParameters.class, "floatBox", 5));
        }

        @Test
        void intOutsideTheRangeOfABoxOverflows() {
            assertEquals(
                    "200 does not fit byte (-128..127) in byteBox(Byte)",
                    overflow(() -> callStatic(NumberParameters.class, "byteBox", 200))
                            .getMessage());
            overflow(() -> callStatic(NumberParameters.class, "integerBox", BEYOND_INT));
        }

        @Test
        void boxesAreOrderedAsTheirPrimitiveTypes() {
            assertEquals("Integer", callStatic(NumberParameters.class, "boxed", 5));
            assertEquals("Long", callStatic(NumberParameters.class, "boxed", BEYOND_INT));
            assertEquals("Object", callStatic(NumberParameters.class, "boxed", HUGE));
        }

        @Test
        void primitiveTypeComesBeforeItsBox() {
            assertEquals("byte", callStatic(NumberParameters.class, "primitiveOrBox", 5));
            assertEquals("short", callStatic(NumberParameters.class, "boxOrPrimitive", 5));
            assertEquals("long", callStatic(NumberParameters.class, "primitiveOrObject", 5));
        }

        @Test
        void intBecomesBigNumbersWhereNothingElseTakesIt() {
            assertEquals("BigInteger", callStatic(NumberParameters.class, "exact", 5));
            assertEquals("short", callStatic(NumberParameters.class, "exactOrShort", 5));
            assertEquals("BigInteger", callStatic(NumberParameters.class, "exactOrShort", 100_000));
            assertEquals(BigDecimal.valueOf(5), callStatic(NumberParameters.class, "decimal", 5));
            assertEquals(new BigDecimal(HUGE), callStatic(NumberParameters.class, "decimal", HUGE));
        }

        @Test
        void intBeyondLongBecomesAFloatingPointNumberIfFinite() {
            assertEquals(HUGE.doubleValue(), callStatic(NumberParameters.class, "doubleOf", HUGE));
            assertEquals(
                    "an int of 1329 bits does not fit double"
                            + " (-1.7976931348623157E308..1.7976931348623157E308)"
                            + " in doubleOf(double)",
                    overflow(() -> callStatic(NumberParameters.class, "doubleOf", BEYOND_DOUBLE))
                            .getMessage());
        }

        @Test
        void intIsNeitherBooleanNorChar() {
            type(() -> callStatic(NumberParameters.class, "booleanOf", 1));
            type(() -> callStatic(NumberParameters.class, "charOf", 65));
            type(() -> callStatic(NumberParameters.class, "characterBox", 65));
            type(() -> callStatic(NumberParameters.class, "charOf", HUGE));
        }
    }

    @Nested
    class OtherScalars {
        @Test
        void floatIsJavaDouble() {
            assertEquals("double", callStatic(NumberParameters.class, "wide", 1.5));
            assertEquals("Double", callStatic(NumberParameters.class, "classOf", 1.5));
            assertEquals("Double", callStatic(NumberParameters.class, "doubleBox", 1.5));
        }

        @Test
        void floatNarrowsToFloatWhileFinite() {
            assertEquals(1.5, callStatic(NumberParameters.class, "floatOf", 1.5));
            assertEquals("Float", callStatic(NumberParameters.class, "floatBox", 1.5));
            assertEquals(
                    Double.NEGATIVE_INFINITY, callStatic(NumberParameters.class, "floatOf", Double.NEGATIVE_INFINITY));
            assertEquals(Double.NaN, callStatic(NumberParameters.class, "floatOf", Double.NaN));
        }

        @Test
        void finiteFloatThatWouldBecomeInfiniteOverflows() {
            assertEquals(
                    "1.0E300 does not fit float (-3.4028235E38..3.4028235E38) in floatOf(float)",
                    overflow(() -> callStatic(NumberParameters.class, "floatOf", 1e300))
                            .getMessage());
            overflow(() -> callStatic(NumberParameters.class, "floatBox", -1e300));
        }

        @Test
        void floatIsNoIntegerEvenIfWhole() {
            type(() -> callStatic(NumberParameters.class, "intOf", 3.0));
            type(() -> callStatic(NumberParameters.class, "whole", 3.0));
        }

        @Test
        void boolIsBooleanOnly() {
            assertEquals(true, callStatic(NumberParameters.class, "booleanOf", true));
            assertEquals("Boolean", callStatic(NumberParameters.class, "booleanBox", false));
            assertEquals("Boolean", callStatic(NumberParameters.class, "classOf", true));
            type(() -> callStatic(NumberParameters.class, "intOf", true));
            type(() -> callStatic(NumberParameters.class, "doubleOf", true));
            type(() -> callStatic(NumberParameters.class, "classOfNumber", true));
        }

        @Test
        void strOfOneUnitIsCharWhereNothingElseTakesIt() {
            assertEquals('x', callStatic(NumberParameters.class, "charOf", "x"));
            assertEquals("Character", callStatic(NumberParameters.class, "characterBox", "x"));
        }

        @Test
        void strOfAnotherLengthIsNoChar() {
            type(() -> callStatic(NumberParameters.class, "charOf", "xy"));
            type(() -> callStatic(NumberParameters.class, "charOf", ""));
            type(() -> callStatic(NumberParameters.class, "charOf", "\uD83D\uDE00"));
        }

        @Test
        void strIsStringForSupertypes() {
            assertEquals("String", callStatic(NumberParameters.class, "classOf", "x"));
            assertEquals("String", callStatic(NumberParameters.class, "classOfComparable", "x"));
            type(() -> callStatic(NumberParameters.class, "classOfNumber", "x"));
        }

        @Test
        void noneIsNullForReferences() {
            assertEquals("null", callStatic(NumberParameters.class, "classOf", (Object) null));
            assertEquals("null", callStatic(NumberParameters.class, "integerBox", (Object) null));
            assertEquals("null", callStatic(NumberParameters.class, "classOf", new Original(null)));
        }

        @Test
        void noneIsNoPrimitive() {
            type(() -> callStatic(NumberParameters.class, "intOf", (Object) null));
            type(() -> callStatic(NumberParameters.class, "booleanOf", (Object) null));
        }

        @Test
        void noneIsAmbiguousBetweenUnrelatedReferences() {
            type(() -> callStatic(NumberParameters.class, "nullOr", (Object) null));
            type(() -> callStatic(NumberParameters.class, "nullOr", new Original(null)));
            type(() -> callStatic(NumberParameters.class, "nullOrArray", (Object) null));
        }
    }

    @Nested
    class Objects {
        @Test
        void boxUnboxesAndWidens() {
            assertEquals(5L, callStatic(NumberParameters.class, "intOf", new Original(5)));
            assertEquals(5L, callStatic(NumberParameters.class, "longOf", new Original(5)));
            assertEquals(5.0, callStatic(NumberParameters.class, "doubleOf", new Original(5L)));
            assertEquals(65L, callStatic(NumberParameters.class, "intOf", new Original('A')));
            assertEquals('A', callStatic(NumberParameters.class, "charOf", new Original('A')));
            assertEquals(true, callStatic(NumberParameters.class, "booleanOf", new Original(true)));
            assertEquals(2.5, callStatic(NumberParameters.class, "doubleOf", new Original(2.5f)));
            assertEquals(7L, callStatic(NumberParameters.class, "shortOf", new Original((byte) 7)));
        }

        @Test
        void boxIsNotNarrowed() {
            type(() -> callStatic(NumberParameters.class, "shortOf", new Original(5)));
            type(() -> callStatic(NumberParameters.class, "intOf", new Original(5L)));
            type(() -> callStatic(NumberParameters.class, "intOf", new Original(BigInteger.ONE)));
            type(() -> callStatic(NumberParameters.class, "integerBox", new Original(5L)));
        }

        @Test
        void boxIsAnObjectBeforeItIsUnboxed() {
            assertEquals("Object", callStatic(NumberParameters.class, "primitiveOrObject", new Original(5)));
        }

        @Test
        void objectIsPassedAsTheOriginal() {
            Object original = new Object();
            assertSame(original, callStatic(java.util.Objects.class, "requireNonNull", new Original(original)));
        }

        @Test
        void objectOfAnotherClassIsRefused() {
            assertEquals(
                    "no overload of org.bufferbridge.fixtures.calls.NumberParameters.decimal"
                            + " takes (java.util.ArrayList); candidates: decimal(BigDecimal)",
                    type(() -> callStatic(NumberParameters.class, "decimal", new Original(new ArrayList<>())))
                            .getMessage());
        }

        @Test
        void arrayIsTakenByItsTypeOnly() {
            assertEquals("[1, 2]", callStatic(Arrays.class, "toString", new Original(new short[] {1, 2})));
            type(() -> callStatic(SequenceParameters.class, "ints", new Original(new long[] {1})));
        }
    }
}

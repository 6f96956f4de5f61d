package org.bufferbridge.internal.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ItemsTest {
    @Test
    void anIndexBelowZeroCountsFromTheEnd() {
        assertEquals("b", Items.get(List.of("a", "b"), -1));
        assertEquals('a', Items.unit("ab", -2));
        assertEquals(2, Items.getOfArray(new Integer[] {1, 2}, -1));
        assertEquals(1, Items.indexOf(new int[] {1, 2}, -1));
    }

    @Test
    void anIndexOutOfRangeIsRefused() {
        for (long index : new long[] {2, -3, 1L << 40, -(1L << 40), Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> Items.get(List.of("a", "b"), index));
            assertThrows(IndexOutOfBoundsException.class, () -> Items.unit("ab", index));
            assertThrows(IndexOutOfBoundsException.class, () -> Items.indexOf(new int[2], index));
            assertThrows(IndexOutOfBoundsException.class, () -> Items.getOfArray(new Integer[2], index));
        }
    }

    @Test
    void aNumberIsFoundInAnyBox() {
        assertTrue(Items.contains(List.of(1L), 1));
        assertTrue(Items.contains(List.of((short) 1), 1));
        assertTrue(Items.contains(List.of(BigInteger.ONE), 1));
        assertTrue(Items.contains(List.of(0.5f), 0.5));
        assertTrue(Items.contains(List.of('a'), "a"));
        assertFalse(Items.contains(List.of(1.0), 1));
        assertFalse(Items.contains(List.of((byte) 1), 257));
        assertFalse(Items.contains(List.of(0.1f), 0.1));
    }

    @Test
    void whatACollectionRefusesToLookForIsNotInIt() {
        assertFalse(Items.contains(new TreeSet<>(List.of(1)), "a"));
        assertFalse(Items.contains(List.of(1), null));
        assertTrue(Items.contains(new ArrayList<>(java.util.Arrays.asList(1, null)), null));
    }

    @Test
    void anExceptionOfEqualsIsThrown() {
        Object hostile = new Object() {
            @Override
            public boolean equals(Object other) {
                throw new NullPointerException("of its own");
            }
        };
        assertThrows(NullPointerException.class, () -> Items.contains(List.of(1), hostile));
    }

    @Test
    void aKeyKeepsItsBox() {
        Map<Object, Object> map = new HashMap<>(Map.of(1L, "one"));
        assertEquals("one", Items.getOfMap(map, 1));
        Items.put(map, 1, "uno");
        assertEquals(Map.of(1L, "uno"), map);
        assertNull(Items.getOfMap(map, 2));
        assertFalse(Items.removeKey(map, 2));
        assertTrue(Items.removeKey(map, 1));
        assertTrue(map.isEmpty());
    }

    @Test
    void aNumberIsTruncatedExactly() {
        assertEquals("123456789012345678901", Items.truncated(new BigDecimal("123456789012345678901.9")));
        assertEquals("123456789012345678901", Items.integral(new BigInteger("123456789012345678901")));
        assertEquals(2.5, Items.truncated(2.5f));
    }

    @Test
    void anOptionalIsAsked() {
        assertTrue(Items.isPresent(Optional.of(0)));
        assertFalse(Items.isPresent(Optional.empty()));
        assertEquals(0, Items.value(Optional.of(0)));
        assertThrows(ClassCastException.class, () -> Items.isPresent("no optional"));
    }
}

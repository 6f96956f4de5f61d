package org.bufferbridge.bench;

import java.nio.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The methods that every bridge calls. They do not depend on a bridge. */
public final class Plain {
    private Plain() {}

    public static int same(int value) {
        return value;
    }

    /** Calls a function for each number up to a count, and adds up what it returns. */
    public static long sum(IntUnaryOperator function, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += function.applyAsInt(i);
        }
        return sum;
    }

    public static int capacity(Buffer buffer) {
        return buffer.capacity();
    }

    public static double[] doubles(int count) {
        double[] array = new double[count];
        Arrays.setAll(array, i -> i);
        return array;
    }

    public static List<Integer> integers(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toCollection(ArrayList::new));
    }

    public static int[] ints(int count) {
        return IntStream.range(0, count).toArray();
    }

    public static int countItems(Collection<?> items) {
        return items.size();
    }

    public static int countInts(int[] array) {
        return array.length;
    }

    public static int countBytes(byte[] array) {
        return array.length;
    }

    public static int count(double[] array) {
        return array.length;
    }

    public static Object object() {
        return new Object();
    }

    public static String echo(String text) {
        return text;
    }

    public static int length(String text) {
        return text.length();
    }

    public static int fail() {
        throw new IllegalStateException("it does not work");
    }

    /** Computes for some time, in proportion to {@code steps}. */
    public static int work(int steps) {
        int state = 1;
        for (int i = 0; i < steps; i++) {
            state ^= state << 13;
            state ^= state >>> 17;
            state ^= state << 5;
        }
        return state;
    }
}

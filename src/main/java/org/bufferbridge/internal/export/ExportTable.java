package org.bufferbridge.internal.export;

import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * The Exports by the numbers that C calls them: an upcall stub takes numbers only, and a number costs no reference that
 * the garbage collector has to know.
 *
 * <p>Threads: an Export is added and removed under the class's monitor, and the table is replaced as a whole when it
 * grows. It is read without: whoever has a number, got it after the Export was added.
 */
public final class ExportTable {
    private static volatile Export[] table = new Export[64];

    // Guarded by the class's monitor: the free numbers, a stack.
    private static int[] free = {};
    private static int freeCount;
    private static int used;

    private ExportTable() {}

    static Export at(int number) {
        return table[number];
    }

    static synchronized int add(Export export) {
        int number = freeCount > 0 ? free[--freeCount] : used++;
        if (number == table.length) {
            table = Arrays.copyOf(table, 2 * number);
        }
        table[number] = export;
        return number;
    }

    static synchronized void remove(int number) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount + 16);
        }
        table[number] = null;
        free[freeCount++] = number;
    }

    /** The sum of a number of each. */
    static synchronized long sum(ToLongFunction<Export> number) {
        long sum = 0;
        for (int i = 0; i < used; i++) {
            Export export = table[i];
            sum += export == null ? 0 : number.applyAsLong(export);
        }
        return sum;
    }
}

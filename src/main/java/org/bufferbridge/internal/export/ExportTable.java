package org.bufferbridge.internal.export;

import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.bufferbridge.internal.base.SpinLock;

/**
 * The Exports by their numbers in C. An upcall stub takes numbers only, and a number needs no reference that the
 * garbage collector has to know.
 *
 * <p>Threads: Exports are added and removed under a lock; a table that grows is replaced as a whole. Reading needs no
 * lock: a thread has a number only after the Export was added.
 */
public final class ExportTable {
    private static volatile Export[] table = new Export[64];

    private static final SpinLock LOCK = new SpinLock();

    // Guarded by the lock: the free numbers, a stack.
    private static int[] free = {};
    private static int freeCount;
    private static int used;

    private ExportTable() {}

    static Export at(int number) {
        return table[number];
    }

    static int add(Export export) {
        LOCK.take();
        try {
            int number = freeCount > 0 ? free[freeCount - 1] : used;
            if (number == table.length) {
                table = Arrays.copyOf(table, 2 * number);
            }
            table[number] = export;
            if (freeCount > 0) {
                freeCount--;
            } else {
                used++;
            }
            return number;
        } finally {
            LOCK.taken = 0;
        }
    }

    static void remove(int number) {
        LOCK.take();
        try {
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, 2 * freeCount + 16);
            }
            table[number] = null;
            free[freeCount++] = number;
        } finally {
            LOCK.taken = 0;
        }
    }

    /** The sum of a number over all Exports. */
    static long sum(ToLongFunction<Export> number) {
        Export[] now = table; // the table of any moment will do
        long sum = 0;
        for (Export export : now) {
            sum += export == null ? 0 : number.applyAsLong(export);
        }
        return sum;
    }
}

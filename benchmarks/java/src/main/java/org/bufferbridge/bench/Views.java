package org.bufferbridge.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;

/**
 * Loops and copies of a view's items in Java alone, beside those of heap arrays. Other loops have read other formats
 * first, as in a program that gets many arrays, and one loop reads several formats itself.
 */
public final class Views {
    private static final int SIDE = 200;
    private static final int DEPTH = 20;
    private static final int ITEMS = SIDE * SIDE;
    private static final int TURNS = 20_000;

    private static volatile double sink;

    private Views() {}

    public static Rounds rounds() {
        BufferView view = of(BufferFormat.FLOAT64, SIDE, SIDE);
        BufferView cube = of(BufferFormat.FLOAT64, DEPTH, DEPTH, SIDE / 2);
        double[][] rows = new double[SIDE][SIDE];
        double[][][] planes = new double[DEPTH][DEPTH][SIDE / 2];
        MemorySegment memory = view.asSegment();
        readOthers();
        Rounds rounds = new Rounds();
        rounds.add("(i, j), heap", () -> sink = sumOfRows(rows));
        rounds.add("(i, j)", () -> sink = sumOfTwo(view));
        rounds.add("(i, j), several formats", () -> sink = sumOfAny(view));
        rounds.add("(i, j, k), heap", () -> sink = sumOfPlanes(planes));
        rounds.add("(i, j, k)", () -> sink = sumOfThree(cube));
        rounds.add("toDoubleArray", () -> sink = view.toDoubleArray()[ITEMS - 1]);
        rounds.add("toDoubleArray, plain loop", () -> sink = plainCopy(memory)[ITEMS - 1]);
        return rounds;
    }

    /** Reads each format in turn, so that the compiler sees all of them. */
    private static void readOthers() {
        BufferFormat[] formats = {
            BufferFormat.INT32, BufferFormat.FLOAT64, BufferFormat.UINT8, BufferFormat.FLOAT64, BufferFormat.FLOAT32
        };
        BufferView[] flat = new BufferView[formats.length];
        BufferView[] deep = new BufferView[formats.length];
        for (int i = 0; i < formats.length; i++) {
            flat[i] = of(formats[i], 2, 2);
            deep[i] = of(formats[i], 2, 2, 2);
        }
        for (int i = 0; i < TURNS; i++) {
            for (int j = 0; j < formats.length; j++) {
                sink += sumOfAny(flat[j]) + deep[j].getDouble(1, 1, 1) + deep[j].getDouble(0, 1, 0);
            }
        }
    }

    private static double sumOfAny(BufferView view) {
        double sum = 0;
        for (long i = 0; i < view.shape(0); i++) {
            for (long j = 0; j < view.shape(1); j++) {
                sum += view.getDouble(i, j);
            }
        }
        return sum;
    }

    private static BufferView of(BufferFormat format, long... shape) {
        long count = 1;
        for (long length : shape) {
            count *= length;
        }
        return BufferView.of(
                Arena.ofAuto().allocate(count * Double.BYTES, 64).asSlice(0, count * format.itemSize()), format, shape);
    }

    private static double sumOfTwo(BufferView view) {
        double sum = 0;
        long rows = view.shape(0);
        long columns = view.shape(1);
        for (long i = 0; i < rows; i++) {
            for (long j = 0; j < columns; j++) {
                sum += view.getDouble(i, j);
            }
        }
        return sum;
    }

    private static double sumOfThree(BufferView view) {
        double sum = 0;
        long planes = view.shape(0);
        long rows = view.shape(1);
        long columns = view.shape(2);
        for (long i = 0; i < planes; i++) {
            for (long j = 0; j < rows; j++) {
                for (long k = 0; k < columns; k++) {
                    sum += view.getDouble(i, j, k);
                }
            }
        }
        return sum;
    }

    private static double sumOfRows(double[][] rows) {
        double sum = 0;
        for (double[] row : rows) {
            for (double item : row) {
                sum += item;
            }
        }
        return sum;
    }

    private static double sumOfPlanes(double[][][] planes) {
        double sum = 0;
        for (double[][] rows : planes) {
            sum += sumOfRows(rows);
        }
        return sum;
    }

    private static double[] plainCopy(MemorySegment memory) {
        double[] copy = new double[ITEMS];
        for (int i = 0; i < ITEMS; i++) {
            copy[i] = memory.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        }
        return copy;
    }

    /** Nanoseconds of a copy between two views of the same shape. */
    public static double copy(BufferView target, BufferView source, int turns) {
        long start = ProcessorTime.nanoseconds();
        for (int i = 0; i < turns; i++) {
            target.copyFrom(source);
        }
        return (ProcessorTime.nanoseconds() - start) / (double) turns;
    }
}

package org.bufferbridge.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bufferbridge.BufferView;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.Writable;

/**
 * Blurs a Python array in place, on many threads: rows x columns x channels of unsigned bytes, in any strides.
 *
 * <p><b>The rule.</b> A buffer passed to a method belongs to the thread of the call until {@code share()}. Then every
 * thread may use its view, and all of them write straight into Python's memory. When the method returns, the lease is
 * over. A thread that went on would get an IllegalStateException, not Python's next array.
 *
 * <p><b>In place, with neighbours.</b> A blurred row takes {@code radius} rows above and below as they were before. So
 * each thread first copies its band of rows out together with that halo. All threads wait for each other. Then each
 * writes its own rows only.
 */
public final class ParallelFilter {
    private ParallelFilter() {}

    /**
     * The mean over a square of {@code 2 * radius + 1} pixels, rounded down. A place outside of the image counts as its
     * nearest pixel.
     *
     * @throws IllegalArgumentException if the image has other dimensions, or the radius or the threads are too few
     */
    public static void blur(@Writable PythonBuffer image, int radius, int threads) throws Exception {
        BufferView pixels = image.share().view();
        if (pixels.dimensions() != 3 || radius < 0 || threads < 1) {
            throw new IllegalArgumentException(pixels + ", radius " + radius + ", " + threads
                    + " threads; required are rows x columns x channels, at least 0, at least 1");
        }
        List<Band> bands = bands(pixels, radius, threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            runAll(pool, bands.stream().<Runnable>map(band -> band::read).toList());
            runAll(pool, bands.stream().<Runnable>map(band -> band::write).toList());
        }
    }

    private static List<Band> bands(BufferView pixels, int radius, int count) {
        List<Band> bands = new ArrayList<>();
        long rows = pixels.shape(0);
        for (int i = 0; i < count; i++) {
            bands.add(new Band(pixels, radius, rows * i / count, rows * (i + 1) / count));
        }
        return bands;
    }

    /** Runs all, and ends when the last one has. */
    private static void runAll(ExecutorService pool, List<Runnable> steps) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        steps.forEach(step -> running.add(pool.submit(step)));
        for (Future<?> step : running) {
            try {
                step.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a band failed", e.getCause());
            }
        }
    }

    /** The rows that one thread writes. */
    private static final class Band {
        private final BufferView pixels;
        private final int radius;
        private final long firstRow;
        private final int rows;
        private final int columns;
        private final int channels;
        /** For each row of the band and of its halo, the sums over {@code 2 * radius + 1} columns. */
        private int[][] sums;

        Band(BufferView pixels, int radius, long firstRow, long endRow) {
            this.pixels = pixels;
            this.radius = radius;
            this.firstRow = firstRow;
            this.rows = Math.toIntExact(endRow - firstRow);
            this.columns = Math.toIntExact(pixels.shape(1));
            this.channels = Math.toIntExact(pixels.shape(2));
        }

        void read() {
            if (rows == 0) {
                return;
            }
            sums = new int[rows + 2 * radius][];
            for (int i = 0; i < sums.length; i++) {
                long row = Math.clamp(firstRow - radius + i, 0, pixels.shape(0) - 1);
                sums[i] = sumsAlong(pixels.at(0, row));
            }
        }

        private int[] sumsAlong(BufferView row) {
            int[] result = new int[columns * channels];
            for (int channel = 0; channel < channels && columns > 0; channel++) {
                int sum = 0;
                for (int column = -radius; column <= radius; column++) {
                    sum += row.getInt(inside(column), channel);
                }
                for (int column = 0; column < columns; column++) {
                    result[column * channels + channel] = sum;
                    sum += row.getInt(inside(column + radius + 1), channel)
                            - row.getInt(inside(column - radius), channel);
                }
            }
            return result;
        }

        private int inside(int column) {
            return Math.clamp(column, 0, columns - 1);
        }

        void write() {
            int area = (2 * radius + 1) * (2 * radius + 1);
            int[] square = new int[columns * channels];
            for (int i = 0; i < 2 * radius && rows > 0; i++) {
                add(square, sums[i], 1);
            }
            for (int i = 0; i < rows; i++) {
                add(square, sums[i + 2 * radius], 1);
                BufferView row = pixels.at(0, firstRow + i);
                for (int j = 0; j < square.length; j++) {
                    row.setInt(square[j] / area, j / channels, j % channels);
                }
                add(square, sums[i], -1);
            }
        }

        private static void add(int[] to, int[] values, int sign) {
            for (int j = 0; j < to.length; j++) {
                to[j] += sign * values[j];
            }
        }
    }
}

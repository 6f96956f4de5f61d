package org.bufferbridge.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * A sparse matrix that is dense, rows x columns of doubles, while it is exported.
 *
 * <p><b>The rule.</b> Of two forms of the same data only one may be true at a time. While nothing is
 * exported, that is the list of entries. From the first export on it is the dense form, because consumers may write to
 * it. Java's own methods look there too. The last release lists what it finds and frees the memory. So no reader sees
 * an old number.
 *
 * <p><b>Threads.</b> Any; all methods exclude each other.
 */
public final class SparseMatrix implements BufferExporter {
    private static final Pattern HEADER = Pattern.compile("%%MatrixMarket matrix coordinate real (general|symmetric)");

    private record Entry(int row, int column, double value) {}

    private final int rows;
    private final int columns;
    private List<Entry> entries; // null while exported
    private Arena arena; // null while not, as is the dense form
    private BufferView dense;
    private long exports;

    private SparseMatrix(int rows, int columns, List<Entry> entries) {
        this.rows = rows;
        this.columns = columns;
        this.entries = entries;
    }

    @Override
    public synchronized BufferView getBuffer(BufferRequest request) {
        if (dense == null) { // it is still there if it could not be packed: then it stays the true one
            unpack();
        }
        exports++;
        return dense;
    }

    @Override
    public synchronized void releaseBuffer(BufferView view) {
        exports--;
        if (exports == 0) {
            entries = entries();
            dense = null;
            arena.close();
        }
    }

    private void unpack() {
        Arena fresh = Arena.ofShared(); // its memory is zero
        try {
            MemorySegment memory = fresh.allocate(ValueLayout.JAVA_DOUBLE, (long) rows * columns);
            BufferView filled = BufferView.of(memory, BufferFormat.FLOAT64, rows, columns);
            entries.forEach(entry -> filled.setDouble(entry.value, entry.row, entry.column));
            dense = filled;
        } catch (Throwable e) {
            fresh.close();
            throw e;
        }
        arena = fresh;
        entries = null;
    }

    /** What is not 0, from the form that is the true one. */
    private List<Entry> entries() {
        if (dense == null) {
            return entries;
        }
        List<Entry> found = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double value = dense.getDouble(row, column);
                if (Double.doubleToRawLongBits(value) != 0) { // nothing written is lost, and be it -0.0
                    found.add(new Entry(row, column, value));
                }
            }
        }
        return found;
    }

    /** How many entries are not 0. */
    public synchronized int nonZeros() {
        return entries().size();
    }

    /** {@code xAx} for a vector x. */
    public synchronized double quadraticForm(double... x) {
        if (x.length != rows || x.length != columns) {
            throw new IllegalArgumentException("a vector of " + x.length + " numbers and a matrix of " + rows + " x "
                    + columns + "; required is a square one of that size");
        }
        double sum = 0;
        for (Entry entry : entries()) {
            sum += x[entry.row] * entry.value * x[entry.column];
        }
        return sum;
    }

    /** Whether the memory of the dense form exists. */
    public synchronized boolean isDense() {
        return dense != null;
    }

    /** Reads a Matrix Market file: coordinates of real numbers, {@code general} or {@code symmetric}. */
    public static SparseMatrix read(String path) throws IOException {
        try (BufferedReader file = Files.newBufferedReader(Path.of(path))) {
            String header = file.readLine();
            if (header == null || !HEADER.matcher(header).matches()) {
                throw new IOException("the file begins with \"" + header + "\"; required is " + HEADER);
            }
            List<String[]> lines = file.lines()
                    .filter(line -> !line.startsWith("%"))
                    .map(line -> line.strip().split("\\s+"))
                    .toList();
            List<Entry> entries = new ArrayList<>();
            for (String[] line : lines.subList(1, lines.size())) {
                int row = Integer.parseInt(line[0]) - 1; // indices begin with 1
                int column = Integer.parseInt(line[1]) - 1;
                double value = Double.parseDouble(line[2]);
                entries.add(new Entry(row, column, value));
                if (header.endsWith("symmetric") && row != column) { // the file has only the lower half
                    entries.add(new Entry(column, row, value));
                }
            }
            String[] size = lines.getFirst();
            return new SparseMatrix(Integer.parseInt(size[0]), Integer.parseInt(size[1]), entries);
        }
    }
}

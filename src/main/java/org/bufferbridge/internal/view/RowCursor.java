package org.bufferbridge.internal.view;

import java.lang.foreign.MemorySegment;
import org.bufferbridge.BufferView;

/**
 * Walks through a view in C order, one index of the outer dimensions after the other.
 *
 * <p>At each index the remaining inner dimensions hold a row, which begins at a place of its own.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class RowCursor {
    private static final ViewAccess VIEWS = ViewAccess.VIEWS;

    private final BufferView view;
    private final long[] index;
    private final long[] shape;
    private long remaining;
    private Place place;

    /**
     * A cursor in front of the first row.
     *
     * @param outerDimensions how many dimensions, from the first on, the cursor walks through
     */
    public RowCursor(BufferView view, int outerDimensions) {
        this.view = view;
        this.index = new long[outerDimensions];
        this.shape = VIEWS.geometry(view).shape;
        long rows = view.itemCount() == 0 ? 0 : 1;
        for (int d = 0; rows != 0 && d < outerDimensions; d++) {
            rows *= shape[d];
        }
        this.remaining = rows;
    }

    /** The number of outer dimensions when each row is a line of one dimension without pointers. */
    public static int outerDimensions(BufferView view) {
        int last = view.dimensions() - 1;
        return last < 0 || VIEWS.geometry(view).hasSuboffset(last) ? view.dimensions() : last;
    }

    /** Moves to the next row; {@code false} behind the last one. */
    public boolean next() {
        if (remaining == 0) {
            return false;
        }
        if (place != null) {
            advance();
        }
        remaining--;
        place = VIEWS.place(view, index);
        return true;
    }

    private void advance() {
        int d = index.length - 1;
        while (++index[d] == shape[d]) {
            index[d--] = 0;
        }
    }

    public MemorySegment segment() {
        return place.segment();
    }

    public long byteOffset() {
        return place.byteOffset();
    }
}

package org.bufferbridge.internal.view;

import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.element.Element;

/** What {@link BufferView} shows this library alone; see {@link Secrets}. */
public interface ViewAccess {
    /** The one implementation. */
    ViewAccess VIEWS = Secrets.of(ViewAccess.class, "org.bufferbridge.BufferView");

    /** Where the items lie. */
    Geometry geometry(BufferView view);

    /** Reads and writes the items. */
    Element element(BufferView view);

    /** The pointers of suboffsets; null without. */
    Indirection indirection(BufferView view);

    /** Where the item of an index that is inside lies; of fewer indices, where the rest begins. */
    Place place(BufferView view, long[] index);

    /** Refuses a view that is read-only. */
    void requireWritable(BufferView view);

    /** What {@link #keepDescriptor} was given last, or null. */
    long[] descriptor(BufferView view);

    /** Keeps the block that C reads with the view that it describes, for the next export. */
    void keepDescriptor(BufferView view, long[] words);

    /** What {@link #keepHold} was given last, or null. */
    Object hold(BufferView view);

    /** Keeps with a view how its memory is held, for the next export. */
    void keepHold(BufferView view, Object hold);
}

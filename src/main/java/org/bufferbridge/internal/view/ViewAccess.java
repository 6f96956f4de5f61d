package org.bufferbridge.internal.view;

import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Secrets;
import org.bufferbridge.internal.element.Element;

/** The parts of {@link BufferView} that only this library uses; see {@link Secrets}. */
public interface ViewAccess {
    /** The one implementation. */
    ViewAccess VIEWS = Secrets.of(ViewAccess.class, "org.bufferbridge.BufferView");

    /** Where the items lie. */
    Geometry geometry(BufferView view);

    /** The reader and writer of the items. */
    Element element(BufferView view);

    /** The pointers of suboffsets; null if the view has none. */
    Indirection indirection(BufferView view);

    /** The place of the item at an index inside of the shape. With fewer indices, the place where the rest begins. */
    Place place(BufferView view, long[] index);

    /** Refuses a view that is read-only. */
    void requireWritable(BufferView view);

    /** The words last given to {@link #keepDescriptor}, or null. */
    long[] descriptor(BufferView view);

    /** Keeps a description of the view with it, for the next export. The words are the block that C reads. */
    void keepDescriptor(BufferView view, long[] words);

    /** The object last given to {@link #keepHold}, or null. */
    Object hold(BufferView view);

    /** Keeps with a view how its memory is held, for the next export. */
    void keepHold(BufferView view, Object hold);
}

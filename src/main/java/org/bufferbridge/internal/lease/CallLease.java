package org.bufferbridge.internal.lease;

import org.bufferbridge.BufferView;
import org.bufferbridge.internal.base.Releases;

/**
 * A lease of a call: the part of a {@link BufferLease} that ends with its call.
 *
 * <pre>
 *   OPEN: views of the call's thread --share()--&gt; SHARED: views of all threads
 *     |                                             |
 *     +--------- the method returns, or close() ----+--&gt; ENDED: every access throws
 * </pre>
 *
 * <p>A retained lease has an {@link OwnedLease} as well; this one ends all the same.
 *
 * <p>Threads: used by the thread whose {@link Turn} it is.
 */
final class CallLease extends OwnAndSharedViews {
    private final LeasedMemory memory;
    private final Thread thread = Thread.currentThread();

    CallLease(LeasedMemory memory) {
        this.memory = memory;
    }

    /**
     * The view that this thread may use.
     *
     * @throws WrongThreadException on another thread than the call's, before {@link #share}
     */
    BufferView view(boolean isReadOnly) {
        if (shared != null) {
            return shared.view(isReadOnly);
        }
        if (own == null) {
            if (Thread.currentThread() != thread) {
                throw new WrongThreadException("the buffer belongs to " + LeaseViews.name(thread) + ", not to "
                        + LeaseViews.name(Thread.currentThread())
                        + "; share() or retain() make it usable on all threads");
            }
            own = LeaseViews.confined(memory);
        }
        return own.view(isReadOnly);
    }

    void share() {
        if (shared == null) {
            shared = LeaseViews.shared(memory);
        }
    }

    /** Refuses to close the views of a call that runs on another thread. */
    void requireClosable() {
        if (own != null && Thread.currentThread() != thread) {
            throw new IllegalStateException("the buffer has a view of " + LeaseViews.name(thread)
                    + ", whose call has not ended; call share() or retain() before view()");
        }
    }

    /**
     * Ends every access, on the call's thread, when the method has returned.
     *
     * @return what was thrown, or null
     */
    Releases end() {
        return end(shared, end(own, null));
    }

    private static Releases end(LeaseViews views, Releases before) {
        if (views == null) {
            return before;
        }
        try {
            views.end();
            return before;
        } catch (Throwable thrown) {
            Releases releases = before == null ? new Releases() : before;
            releases.add(thrown);
            return releases;
        }
    }
}

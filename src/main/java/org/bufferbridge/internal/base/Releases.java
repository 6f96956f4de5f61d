package org.bufferbridge.internal.base;

/**
 * Releases that all run, whatever the others throw. The first exception is kept, and later ones are suppressed in it. A
 * result or an exception may be on its way: the caller says which. Nothing replaces the result, and nothing hides the
 * exception.
 *
 * <pre>{@code
 * new Releases().run(first::close).run(second::close).rethrow();   // an end that may fail
 * releases.suppressIn(thrown);                                     // an exception is on its way
 * releases.report("the leases of a call");                         // a result is on its way
 * }</pre>
 *
 * <p>Threads: belongs to the thread that made it.
 */
public final class Releases {
    private Throwable first;

    /** Whether nothing was thrown. */
    public boolean isEmpty() {
        return first == null;
    }

    /** One release. */
    public interface Release {
        void run() throws Throwable;
    }

    /** Runs a release, and keeps what it throws. */
    public Releases run(Release release) {
        try {
            release.run();
        } catch (Throwable thrown) {
            add(thrown);
        }
        return this;
    }

    /** Keeps what a release has thrown. */
    public void add(Throwable thrown) {
        if (first == null) {
            first = thrown;
        } else if (first != thrown) {
            first.addSuppressed(thrown);
        }
    }

    /** Throws what was kept, if anything was. */
    public void rethrow() {
        if (first != null) {
            throw Releases.<RuntimeException>unchecked(first);
        }
    }

    /** Suppresses what was kept in an exception that is on its way. */
    public void suppressIn(Throwable onItsWay) {
        if (first != null && first != onItsWay) {
            onItsWay.addSuppressed(first);
        }
    }

    /**
     * Tells the logger what was kept: there is nobody to throw it to.
     *
     * @param what was released, for the message
     */
    public void report(String what) {
        if (first != null) {
            report(what, first);
        }
    }

    /** Tells the logger that a release failed. */
    public static void report(String what, Throwable thrown) {
        Log.warn("a release failed: " + what, thrown);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

package org.bufferbridge;

/** What this process has out, across the language border. All methods may be called on any thread. */
public final class Buffers {
    private Buffers() {}

    /**
     * How many exports are out: grants of Java memory to Python consumers that were not released
     * yet. Exact once the calls in flight have returned.
     */
    public static long liveExports() {
        return Export.live();
    }
}

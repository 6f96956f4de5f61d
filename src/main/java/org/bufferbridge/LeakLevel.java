package org.bufferbridge;

/**
 * How closely memory that is out is watched, and what a report of a leak can say. Each level does what those before it
 * do.
 *
 * <p>Of every lease and of every export by upcall, the time and the thread of its acquisition are known at all levels;
 * exports of memory that the library knows are only counted, until a level or Flight Recorder traces them.
 */
public enum LeakLevel {
    /** Leaks are not reported. */
    OFF,

    /** Leaks are reported, one of each type and the others counted, without stacks. Costs nothing; the default. */
    SIMPLE,

    /**
     * Stacks of both languages are taken where a lease is retained, and of every 64th export, beginning with the first;
     * what is out when Python ends is reported too.
     */
    ADVANCED,

    /** Stacks are taken of every export and every lease, from the first on. Each takes microseconds. */
    PARANOID;
}

package org.bufferbridge;

/**
 * How closely the library watches memory that is out, and what its reports of leaks can say. Each level does what the
 * levels before it do.
 *
 * <p>At all levels, the time and the thread of each lease and each export by upcall are known. Exports of memory that
 * the library knows are only counted, until a level or Flight Recorder traces them.
 */
public enum LeakLevel {
    /** Leaks are not reported. */
    OFF,

    /** The first leak of each type is reported, without stacks; the others are counted. Costs nothing; the default. */
    SIMPLE,

    /**
     * Stacks of both languages are taken where a lease is retained, and for every 64th export, beginning with the
     * first. What is out when Python ends is reported too.
     */
    ADVANCED,

    /** Stacks are taken for every export and every lease. Each takes microseconds. */
    PARANOID;
}

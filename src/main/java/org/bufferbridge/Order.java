package org.bufferbridge;

/** An order of items in memory without gaps; see {@link BufferView#isContiguous(Order)}. */
public enum Order {
    /** The last index varies fastest, as in C and in Java's nested arrays. */
    C,
    /** The first index varies fastest, as in Fortran. */
    F,
    /** Either {@link #C} or {@link #F}. */
    ANY
}

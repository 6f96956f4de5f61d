package org.bufferbridge.bench;

/** A class with fields, which every bridge reads and writes. */
public final class Point {
    public static int count;
    public static String name = "point";

    public int x;
}

package org.bufferbridge.spark;

/** The reason why a task is left to stock Spark. Nothing has been computed when it is thrown. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    public Refusal(String reason) {
        super(reason, null, false, false);
    }
}

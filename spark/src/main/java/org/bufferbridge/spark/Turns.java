package org.bufferbridge.spark;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets only some tasks of this JVM run Python code at the same time, in the order in which they asked.
 *
 * <p>A task gives its turn away while its function waits for input. An operator below the function may then take one
 * for its own function. So no task has two turns, and none waits for a turn while it has one.
 */
final class Turns {
    private static final Turns OF_JVM = new Turns();

    // All guarded by the monitor.
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private int running;

    private Turns() {}

    /** A turn of an operator of a task. With a limit of 0, all may run. */
    static Turn of(int limit) {
        return new Turn(OF_JVM, limit);
    }

    static final class Turn {
        private final Turns turns;
        private final int limit;
        private boolean isHeld; // guarded by the monitor of `turns`, as is isKilled
        private boolean isKilled;

        private Turn(Turns turns, int limit) {
            this.turns = turns;
            this.limit = limit;
        }

        /**
         * Waits until this task may run Python code.
         *
         * @throws IllegalStateException if the task is killed, or the thread interrupted, meanwhile
         */
        void take() {
            if (limit > 0) {
                turns.take(this);
            }
        }

        /** Lets another task run Python code. Returns whether this task could run it. */
        boolean give() {
            return limit > 0 && turns.give(this);
        }

        /** Ends the wait for a turn. */
        void kill() {
            synchronized (turns) {
                isKilled = true;
                turns.notifyAll();
            }
        }
    }

    private synchronized void take(Turn turn) {
        waiting.add(turn);
        try {
            while (running >= turn.limit || waiting.peek() != turn) {
                if (turn.isKilled) {
                    throw new IllegalStateException("the task was killed while it waited for its turn in Python");
                }
                wait();
            }
            running++;
            turn.isHeld = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was interrupted while it waited for its turn in Python", e);
        } finally {
            waiting.remove(turn);
            notifyAll();
        }
    }

    private synchronized boolean give(Turn turn) {
        if (!turn.isHeld) {
            return false;
        }
        turn.isHeld = false;
        running--;
        notifyAll();
        return true;
    }
}

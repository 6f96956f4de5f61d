package org.bufferbridge.internal.python;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.bufferbridge.internal.base.Log;
import org.bufferbridge.internal.jni.PythonCalls;

/**
 * Java's half of {@code _process/output.py}: what Java prints to {@code System.out} and {@code System.err}, on its way
 * to {@code sys.stdout} and {@code sys.stderr}.
 *
 * <p>A thread that prints never needs the GIL, because another thread may hold it and wait for this one. It puts its
 * bytes into a queue. The writer, a thread of Python, calls {@link #next} and writes the text.
 *
 * <p>A thread that Python code runs on may print next itself, so its lines must not come late. After a line,
 * it waits until the writer has written, for {@link #PATIENCE} at most. If the writer was too slow, no thread waits
 * until it has gone on. Java's own threads do not wait.
 *
 * <p>Where the queue cannot take the text, it goes to the stream that was there before. This is so when the writer
 * itself prints, when the queue is full, and after {@link #stop}.
 *
 * <p>Threads: any thread prints. One thread calls {@link #next}. The queue has no lock.
 */
public final class Output {
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    /** The most bytes that wait for the writer. */
    private static final long MAX_QUEUED = 16 << 20;

    /** The most bytes that the writer is given at once. */
    private static final int MAX_TAKEN = 1 << 16;

    private static final ThreadLocal<Boolean> IS_OF_JAVA = ThreadLocal.withInitial(Output::startedByJava);

    private record Chunk(Sink sink, byte[] bytes) {}

    private final Queue<Chunk> chunks = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong queued = new AtomicLong(); // bytes, since the beginning
    private final Sink out = new Sink(System.out);
    private final Sink err = new Sink(System.err);
    private final PrintStream newOut = new Printer(out, this::awaitWriter);
    private final PrintStream newErr = new Printer(err, this::awaitWriter);

    private volatile long written; // bytes, since the beginning
    private volatile boolean isSlow;
    private volatile boolean isStopped;
    private volatile Thread writer;

    // Of the writer alone.
    private Sink given;
    private long givenBytes;
    private boolean hasToldOfFailure;

    private Output() {}

    /** Has System.out and System.err print into a new queue. */
    public static Output start() {
        Output output = new Output();
        System.setOut(output.newOut);
        System.setErr(output.newErr);
        return output;
    }

    /**
     * Puts the streams back that were there before, unless somebody has set others meanwhile. {@link #next} still
     * returns what was printed.
     */
    public void stop() {
        if (System.out == newOut) {
            System.setOut(out.before);
        }
        if (System.err == newErr) {
            System.setErr(err.before);
        }
        isStopped = true;
        LockSupport.unpark(writer);
    }

    /** One of both streams. */
    private final class Sink extends OutputStream {
        private final PrintStream before;
        private final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        private ByteBuffer undecoded = ByteBuffer.allocate(0);

        Sink(PrintStream before) {
            this.before = before;
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (isStopped || Thread.currentThread() == writer || queued.get() - written > MAX_QUEUED) {
                before.write(bytes, offset, length);
                before.flush();
                return;
            }
            Chunk chunk = new Chunk(this, Arrays.copyOfRange(bytes, offset, offset + length));
            chunks.add(chunk);
            queued.addAndGet(length);
            if (isStopped && chunks.remove(chunk)) { // the writer may have seen the end before this chunk
                write(bytes, offset, length);
            }
            LockSupport.unpark(writer);
        }

        /** The text of bytes that follow those before. The first bytes of a character wait for the rest. */
        String text(ByteBuffer bytes, boolean isEnd) {
            ByteBuffer all = ByteBuffer.allocate(undecoded.remaining() + bytes.remaining())
                    .put(undecoded)
                    .put(bytes)
                    .flip();
            CharBuffer text = CharBuffer.allocate(all.remaining() + 1);
            decoder.reset().decode(all, text, isEnd);
            undecoded = all;
            return text.flip().toString();
        }
    }

    /** Whether Java started the calling thread. Any other thread came from Python. */
    private static boolean startedByJava() {
        if (Thread.currentThread().isVirtual()) {
            return true;
        }
        StackTraceElement[] stack = Thread.currentThread().getStackTrace();
        return stack.length == 0
                || stack[stack.length - 1].getMethodName().equals("run") && isOfThread(stack[stack.length - 1]);
    }

    private static boolean isOfThread(StackTraceElement frame) {
        for (Class<?> type = Thread.currentThread().getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(frame.getClassName())) {
                return true;
            }
        }
        return false;
    }

    /** Waits until the writer has written what is in the queue. Called without a lock. */
    private void awaitWriter() {
        Thread self = Thread.currentThread();
        long count = queued.get();
        if (isSlow || written >= count || self == writer || IS_OF_JAVA.get() && !PythonCalls.isInside()) {
            return;
        }
        long deadline = System.nanoTime() + PATIENCE;
        boolean wasInterrupted = false;
        while (true) {
            waiting.add(self); // first, so that the writer finds this thread, or this thread sees the count
            long left = deadline - System.nanoTime();
            if (written >= count || isStopped || left <= 0) {
                isSlow |= left <= 0;
                break;
            }
            LockSupport.parkNanos(this, left);
            wasInterrupted |= Thread.interrupted(); // an interrupted thread does not park
        }
        while (waiting.remove(self)) {
            // an entry for each turn
        }
        if (wasInterrupted) {
            self.interrupt();
        }
    }

    /**
     * The next text that was printed. The earlier one has been written. Waits until there is one.
     *
     * @return null at the end, after {@link #stop}
     */
    public String next() {
        writer = Thread.currentThread();
        written += givenBytes;
        givenBytes = 0;
        isSlow = false;
        for (Thread one = waiting.poll(); one != null; one = waiting.poll()) {
            LockSupport.unpark(one);
        }
        while (chunks.isEmpty() && !isStopped) {
            LockSupport.park(this);
            Thread.interrupted(); // an interrupt is no end
        }
        return taken();
    }

    private String taken() {
        Chunk first = chunks.peek();
        if (first == null) {
            return rest();
        }
        given = first.sink;
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(first.bytes.length, MAX_TAKEN));
        for (Chunk chunk = first;
                chunk != null && chunk.sink == given && chunk.bytes.length <= bytes.remaining();
                chunk = chunks.peek()) {
            if (chunks.remove(chunk)) {
                bytes.put(chunk.bytes);
                givenBytes += chunk.bytes.length;
            }
        }
        return given.text(bytes.flip(), false);
    }

    /** The first bytes of a character without the rest. */
    private String rest() {
        for (Sink sink : new Sink[] {out, err}) {
            given = sink;
            String text = sink.text(ByteBuffer.allocate(0), true);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    /** Whether the text of the last {@link #next} was printed to System.err. */
    public boolean isError() {
        return given == err;
    }

    /** Prints a text, which Python could not write, to the stream that was there before. */
    public void passOn(String text, String reason) {
        given.before.print(text);
        given.before.flush();
        if (hasToldOfFailure) {
            return;
        }
        hasToldOfFailure = true;
        Log.warn(() -> "Python's " + (given == err ? "sys.stderr" : "sys.stdout")
                + " could not write what Java printed: " + reason + "; it went to the process's own stream");
    }
}

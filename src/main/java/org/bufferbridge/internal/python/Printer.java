package org.bufferbridge.internal.python;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A PrintStream that calls an action after each line and each flush. It calls it without its own lock. The action may
 * wait, and the thread it waits for may print to this stream.
 *
 * <p>Threads: any.
 */
final class Printer extends PrintStream {
    private final Runnable afterLine;

    Printer(OutputStream sink, Runnable afterLine) {
        super(sink, true, StandardCharsets.UTF_8);
        this.afterLine = afterLine;
    }

    @Override
    public void flush() {
        super.flush();
        if (afterLine != null) { // the superclass may flush while it is made
            afterLine.run();
        }
    }

    @Override
    public PrintStream format(String format, Object... arguments) {
        super.format(format, arguments);
        afterLine.run();
        return this;
    }

    @Override
    public PrintStream format(Locale locale, String format, Object... arguments) {
        super.format(locale, format, arguments);
        afterLine.run();
        return this;
    }

    @Override
    public void println() {
        super.println();
        afterLine.run();
    }

    @Override
    public void println(boolean value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(char value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(int value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(long value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(float value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(double value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(char[] value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(String value) {
        super.println(value);
        afterLine.run();
    }

    @Override
    public void println(Object value) {
        super.println(value);
        afterLine.run();
    }
}

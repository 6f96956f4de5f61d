package org.bufferbridge.internal.trace;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.Timespan;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.Leak;

/**
 * The events of Flight Recorder. Only {@link Tracing} calls these, and only where there is a Flight Recorder. The event
 * classes are initialised only for a recording, because the first one costs a tenth of a second.
 */
public final class FlightEvents {
    private FlightEvents() {}

    /** Keeps {@link Tracing#events} up to date, also for recordings that run already, or that jcmd starts. */
    public static void listen() {
        FlightRecorder.addListener(new FlightRecorderListener() {
            @Override
            public void recorderInitialized(FlightRecorder recorder) {
                Tracing.setEvents(anyEnabled());
            }

            @Override
            public void recordingStateChanged(Recording recording) {
                Tracing.setEvents(anyEnabled());
            }
        });
    }

    private static boolean anyEnabled() {
        return new ExportEvent().isEnabled()
                || new ReleaseEvent().isEnabled()
                || new LeaseEvent().isEnabled()
                || new CloseEvent().isEnabled()
                || new CopyEvent().isEnabled()
                || new RefusalEvent().isEnabled()
                || new LeakEvent().isEnabled();
    }

    @Name("org.bufferbridge.Export")
    @Label("Export")
    @Description("Java memory was exported to a consumer in Python")
    @Category("bufferbridge")
    static final class ExportEvent extends Event {
        @Label("Exporter")
        String exporter;

        @Label("Request")
        String request;

        @Label("Size")
        @DataAmount
        long byteSize;
    }

    @Name("org.bufferbridge.Release")
    @Label("Release")
    @Description("A consumer in Python released Java memory")
    @Category("bufferbridge")
    static final class ReleaseEvent extends Event {
        @Label("Exporter")
        String exporter;

        @Label("Request")
        String request;

        @Label("Size")
        @DataAmount
        long byteSize;

        @Label("Held")
        @Timespan(Timespan.NANOSECONDS)
        long held;
    }

    @Name("org.bufferbridge.Lease")
    @Label("Lease")
    @Description("Java acquired a Python buffer")
    @Category("bufferbridge")
    static final class LeaseEvent extends Event {
        @Label("Owner")
        String owner;

        @Label("Request")
        String request;

        @Label("Size")
        @DataAmount
        long byteSize;
    }

    @Name("org.bufferbridge.Close")
    @Label("Close")
    @Description("Java released a Python buffer")
    @Category("bufferbridge")
    static final class CloseEvent extends Event {
        @Label("Owner")
        String owner;

        @Label("Request")
        String request;

        @Label("Size")
        @DataAmount
        long byteSize;

        @Label("Held")
        @Timespan(Timespan.NANOSECONDS)
        long held;
    }

    @Name("org.bufferbridge.Copy")
    @Label("Copy")
    @Description("Memory was copied by a call that names the copy")
    @Category("bufferbridge")
    static final class CopyEvent extends Event {
        @Label("Source")
        String source;

        @Label("Size")
        @DataAmount
        long byteSize;
    }

    @Name("org.bufferbridge.Refusal")
    @Label("Refusal")
    @Description("A request for memory was refused")
    @Category("bufferbridge")
    static final class RefusalEvent extends Event {
        @Label("Owner")
        String owner;

        @Label("Request")
        String request;

        @Label("Reason")
        String reason;
    }

    @Name("org.bufferbridge.Leak")
    @Label("Leak")
    @Description("Memory was never closed and cannot be closed any more")
    @Category("bufferbridge")
    static final class LeakEvent extends Event {
        @Label("Kind")
        String kind;

        @Label("Owner")
        String owner;

        @Label("Size")
        @DataAmount
        long byteSize;

        @Label("Acquired in Python")
        String pythonStack;

        @Label("Acquired in Java")
        String javaStack;
    }

    static void exported(String exporter, int flags, long byteSize) {
        ExportEvent event = new ExportEvent();
        if (event.shouldCommit()) {
            event.exporter = exporter;
            event.request = new BufferRequest(flags).toString();
            event.byteSize = byteSize;
            event.commit();
        }
    }

    static void released(String exporter, int flags, long byteSize, long heldNanos) {
        ReleaseEvent event = new ReleaseEvent();
        if (event.shouldCommit()) {
            event.exporter = exporter;
            event.request = new BufferRequest(flags).toString();
            event.byteSize = byteSize;
            event.held = heldNanos;
            event.commit();
        }
    }

    static void leased(String exporter, int flags, long byteSize) {
        LeaseEvent event = new LeaseEvent();
        if (event.shouldCommit()) {
            event.owner = exporter;
            event.request = new BufferRequest(flags).toString();
            event.byteSize = byteSize;
            event.commit();
        }
    }

    static void closed(String exporter, int flags, long byteSize, long heldNanos) {
        CloseEvent event = new CloseEvent();
        if (event.shouldCommit()) {
            event.owner = exporter;
            event.request = new BufferRequest(flags).toString();
            event.byteSize = byteSize;
            event.held = heldNanos;
            event.commit();
        }
    }

    static void copied(String source, long byteSize) {
        CopyEvent event = new CopyEvent();
        if (event.shouldCommit()) {
            event.source = source;
            event.byteSize = byteSize;
            event.commit();
        }
    }

    static void refused(String exporter, int flags, String reason) {
        RefusalEvent event = new RefusalEvent();
        if (event.shouldCommit()) {
            event.owner = exporter;
            event.request = new BufferRequest(flags).toString();
            event.reason = reason;
            event.commit();
        }
    }

    static void leaked(Leak leak) {
        LeakEvent event = new LeakEvent();
        if (event.shouldCommit()) {
            event.kind = leak.kind().name();
            event.owner = leak.owner();
            event.byteSize = leak.byteSize();
            event.pythonStack = leak.pythonStack();
            event.javaStack = leak.javaStack();
            event.commit();
        }
    }
}

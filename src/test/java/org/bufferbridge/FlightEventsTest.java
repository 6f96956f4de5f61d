package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.bufferbridge.internal.trace.FlightEvents;
import org.bufferbridge.internal.trace.Tracing;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of Flight Recorder, read back from a recording. */
class FlightEventsTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void listen() {
        FlightEvents.listen();
    }

    private List<RecordedEvent> recorded(Runnable action, String... disabled) throws IOException {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            for (String name : disabled) {
                recording.disable("org.bufferbridge." + name);
            }
            recording.start();
            action.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("org.bufferbridge."))
                .toList();
    }

    @Test
    void anExportAndItsReleaseCarryExporterRequestAndSize() throws IOException {
        List<RecordedEvent> events = recorded(() -> {
            Tracing.exported(new double[0], BufferRequest.FULL_RO, 80);
            Tracing.released(new double[0], BufferRequest.FULL_RO, 80, 1000);
        });
        assertEquals(
                List.of("org.bufferbridge.Export", "org.bufferbridge.Release"),
                events.stream().map(event -> event.getEventType().getName()).toList());
        for (RecordedEvent event : events) {
            assertEquals("double[]", event.getString("exporter"));
            assertEquals("BufferRequest[FULL_RO]", event.getString("request"));
            assertEquals(80, event.getLong("byteSize"));
            assertEquals(List.of("bufferbridge"), event.getEventType().getCategoryNames());
        }
        assertEquals(1000, events.getLast().getDuration("held").toNanos());
    }

    @Test
    void copiesAreRecordedWithTheJavaStackThatAskedForThem() throws IOException {
        List<RecordedEvent> events =
                recorded(() -> Buffers.arrayOf(BufferView.of(java.lang.foreign.MemorySegment.ofArray(new long[3]))));
        assertEquals(24, events.getFirst().getLong("byteSize"));
        assertTrue(events.getFirst().getStackTrace().getFrames().stream()
                .anyMatch(frame -> frame.getMethod().getName().equals("arrayOf")));
    }

    @Test
    void refusalsSayWhoAndWhy() throws IOException {
        RecordedEvent refusal = recorded(() -> Tracing.refused("double[]", BufferRequest.FULL, "read-only"))
                .getFirst();
        assertEquals("double[]", refusal.getString("owner"));
        assertEquals("BufferRequest[FULL]", refusal.getString("request"));
        assertEquals("read-only", refusal.getString("reason"));
    }

    @Test
    void leaksCarryBothStacks() throws IOException {
        Leak found = new Leak(Leak.Kind.LEASE, "bytearray", new BufferRequest(0), 1, 7, "in Python", "in Java");
        RecordedEvent leak = recorded(() -> Tracing.leaked(found)).getFirst();
        assertEquals(
                List.of("LEASE", "bytearray", "in Python", "in Java"),
                List.of(
                        leak.getString("kind"),
                        leak.getString("owner"),
                        leak.getString("pythonStack"),
                        leak.getString("javaStack")));
    }

    @Test
    void anEventThatIsDisabledIsNotRecorded() throws IOException {
        List<RecordedEvent> events = recorded(
                () -> {
                    Tracing.refused("double[]", 0, "no reason");
                    Tracing.copied(double[].class, 8);
                },
                "Copy");
        assertEquals(
                List.of("org.bufferbridge.Refusal"),
                events.stream().map(event -> event.getEventType().getName()).toList());
    }

    @Test
    void eventsAreMadeDuringARecordingOnly() throws IOException {
        assertFalse(Tracing.events);
        recorded(() -> assertTrue(Tracing.events));
        assertFalse(Tracing.events);
    }
}

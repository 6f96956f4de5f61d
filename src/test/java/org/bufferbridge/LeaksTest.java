package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bufferbridge.fixtures.memory.Memories;
import org.bufferbridge.fixtures.processes.Log;
import org.bufferbridge.internal.trace.LeakReports;
import org.bufferbridge.internal.trace.Tracing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports of leaks, as far as they need no Python. */
class LeaksTest {
    private final LeakLevel before = Leaks.level();

    @BeforeEach
    void listen() {
        Log.listen();
    }

    @AfterEach
    void putBack() {
        Log.stop();
        Leaks.setLevel(before);
    }

    private static Leak lease(String owner, long byteSize, String stack) {
        return new Leak(Leak.Kind.LEASE, owner, new BufferRequest(BufferRequest.FULL_RO), 1, byteSize, stack, stack);
    }

    private static List<Leak> found(String owner) {
        return Leaks.found().stream().filter(leak -> leak.owner().equals(owner)).toList();
    }

    private static List<String> told(String part) {
        return Log.messages().stream().filter(message -> message.contains(part)).toList();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OFF")
    void theFirstOfAKindIsReportedAndTheOthersAreCounted(LeakLevel level) {
        Leaks.setLevel(level);
        String owner = "repeated at " + level;
        LeakReports.report(lease(owner, 10, null), ", since long ago");
        LeakReports.report(lease(owner, 20, null), ", since a moment");
        assertEquals(1, told(owner).size());
        assertTrue(
                told(owner).getFirst().contains("10 bytes, BufferRequest[FULL_RO], since long ago"),
                Log.messages()::toString);
        Leak leak = found(owner).getFirst();
        assertEquals(2, leak.count());
        assertEquals(30, leak.byteSize());
    }

    @Test
    void leaksFromTwoPlacesAreTwo() {
        Leaks.setLevel(LeakLevel.ADVANCED);
        LeakReports.report(lease("placed", 10, "here"), "");
        LeakReports.report(lease("placed", 10, "there"), "");
        assertEquals(2, told("placed").size());
        assertEquals(List.of(1L, 1L), found("placed").stream().map(Leak::count).toList());
    }

    @Test
    void offNeitherReportsNorCounts() {
        Leaks.setLevel(LeakLevel.OFF);
        LeakReports.report(lease("unwatched", 10, null), "");
        assertEquals(List.of(), told("unwatched"));
        assertEquals(List.of(), found("unwatched"));
    }

    @Test
    void aReportWithoutStacksSaysWhichLevelHasThem() {
        Leaks.setLevel(LeakLevel.SIMPLE);
        LeakReports.report(lease("hinted", 10, null), "");
        assertTrue(told("hinted").getFirst().endsWith("; the leak level ADVANCED would tell where it was acquired"));
    }

    @Test
    void aReportWithStacksGivesNoHint() {
        Leaks.setLevel(LeakLevel.ADVANCED);
        LeakReports.report(lease("shown", 10, "the place"), "");
        assertFalse(told("shown").getFirst().contains("would tell"));
        assertTrue(told("shown").getFirst().contains("acquired in Java:\nthe place"));
    }

    @Test
    void nullIsNoLevel() {
        assertThrows(NullPointerException.class, () -> Leaks.setLevel(null));
        assertEquals(before, Leaks.level());
    }

    @Test
    void aForgottenArenaIsReportedWithItsBytesAndPlace() throws InterruptedException {
        Leaks.setLevel(LeakLevel.ADVANCED);
        Memories.forgetArena(1234);
        for (int i = 0; i < 500 && told("an ExportArena was never closed").isEmpty(); i++) {
            System.gc();
            Thread.sleep(10);
        }
        String message = told("1234 bytes").getFirst();
        assertTrue(message.startsWith("WARNING: an ExportArena was never closed"), message);
        assertTrue(message.contains("Memories.forgetArena(Memories.java:"), message);
    }

    @Test
    void stacksLeaveTheLibraryOut() {
        assertFalse(Tracing.javaStack().contains("org.bufferbridge.LeaksTest"), Tracing::javaStack);
        assertTrue(Tracing.javaStack().contains("org.junit"), Tracing::javaStack);
    }

    @Test
    void anExportThatIsOnlyCountedHasNoAge() {
        assertNull(new ExportInfo("double[]", null, 8, null, null, null, null).age());
    }
}

package org.bufferbridge.internal.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinsTest {
    private static final String SHENANDOAH = " or Shenandoah (-XX:+UseShenandoahGC among the JVM's options:"
            + " bufferbridge.start(options=[\"-XX:+UseShenandoahGC\"]))";

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "25.0.2", "25.0.2+10-LTS"})
    void g1OfJdksThatMovePinnedArraysIsRefused(String version) {
        assertEquals(
                "G1 of JDK " + Runtime.Version.parse(version)
                        + " may move pinned arrays (JDK-8377811); JDK 25.0.3 or later is required",
                Pins.obstacleOf("G1", Runtime.Version.parse(version), false));
    }

    @Test
    void shenandoahIsNamedWhereTheJvmHasIt() {
        assertEquals(
                "G1 of JDK 25.0.2 may move pinned arrays (JDK-8377811); JDK 25.0.3 or later" + SHENANDOAH
                        + " is required",
                Pins.obstacleOf("G1", Runtime.Version.parse("25.0.2"), true));
        assertEquals(
                "the collector ZGC cannot pin; G1" + SHENANDOAH + " is required",
                Pins.obstacleOf("ZGC", Runtime.Version.parse("25.0.3"), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22", "23.0.2", "24.0.2", "25.0.3", "25.0.10", "26"})
    void g1OfOtherJdksPins(String version) {
        assertNull(Pins.obstacleOf("G1", Runtime.Version.parse(version), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22", "25", "25.0.2"})
    void shenandoahPins(String version) {
        assertNull(Pins.obstacleOf("Shenandoah", Runtime.Version.parse(version), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Serial", "Parallel", "ZGC", "Epsilon", "\"Other Pauses\""})
    void otherCollectorsAreRefusedByName(String collector) {
        assertEquals(
                "the collector " + collector + " cannot pin; G1 is required",
                Pins.obstacleOf(collector, Runtime.Version.parse("25.0.3"), false));
    }

    @ParameterizedTest
    @CsvSource({
        "G1 Young Generation,G1",
        "G1 Concurrent GC,G1",
        "Shenandoah Pauses,Shenandoah",
        "ZGC Minor Cycles,ZGC",
        "ZGC Cycles,ZGC",
        "Copy,Serial",
        "MarkSweepCompact,Serial",
        "PS Scavenge,Parallel",
        "PS MarkSweep,Parallel",
        "Epsilon Heap,Epsilon",
        "Other Pauses,'\"Other Pauses\"'"
    })
    void collectorsAreCalledByTheNameThatPeopleKnow(String bean, String name) {
        assertEquals(name, Pins.collectorOf(bean));
    }
}

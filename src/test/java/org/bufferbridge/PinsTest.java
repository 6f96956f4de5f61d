package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinsTest {
    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "25.0.2", "25.0.2+10-LTS"})
    void g1OfJdksThatMovePinnedArraysIsRefused(String version) {
        assertEquals("G1 of JDK " + Runtime.Version.parse(version)
                + " may move pinned arrays (JDK-8377811); 25.0.3 or later is required",
                Pins.obstacleOf("g1 young generation", Runtime.Version.parse(version)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22", "23.0.2", "24.0.2", "25.0.3", "25.0.10", "26"})
    void g1OfOtherJdksPins(String version) {
        assertNull(Pins.obstacleOf("g1 young generation", Runtime.Version.parse(version)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22", "25", "25.0.2"})
    void shenandoahPins(String version) {
        assertNull(Pins.obstacleOf("shenandoah pauses", Runtime.Version.parse(version)));
    }

    @ParameterizedTest
    @CsvSource({"copy", "ps scavenge", "zgc minor cycles", "epsilon heap", "unknown"})
    void otherCollectorsAreRefusedByName(String collector) {
        assertEquals("the collector \"" + collector + "\" cannot pin; G1 or Shenandoah is required",
                Pins.obstacleOf(collector, Runtime.Version.parse("25.0.3")));
    }
}

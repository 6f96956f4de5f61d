package org.bufferbridge.internal.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.management.ManagementFactory;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JVM's own tables and its management beans tell the same. */
@ExtendWith(Interpreter.class)
class VmOptionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"UseG1GC", "UseSerialGC", "UseParallelGC", "UseZGC", "UseLargePages", "UseCompressedOops"})
    void aSwitchIsWhatTheBeanTells(String option) {
        assertEquals(Boolean.parseBoolean(VmOptions.value(option)) ? 1 : 0, VmOptions.flag(option, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G1HeapRegionSize", "MaxHeapSize", "LargePageSizeInBytes", "InitialHeapSize"})
    void aSizeIsWhatTheBeanTells(String option) {
        assertEquals(Long.parseLong(VmOptions.value(option)), VmOptions.flag(option, Long.BYTES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NoSuchFlag",
                "UseG1GCs",
                "Use",
                "UseG1GC and a name that is far longer than any flag of a JVM is"
            })
    void anUnknownFlagIsNotKnown(String option) {
        assertEquals(-1, VmOptions.flag(option, 1));
        assertEquals(-1, VmOptions.flag(option, Long.BYTES));
    }

    @Test
    void theCollectorIsThatOfTheBeans() {
        String bean = ManagementFactory.getGarbageCollectorMXBeans().getFirst().getName();
        assertEquals(Pins.collectorOf(bean), Pins.collector());
        assertNotEquals("", Pins.collector());
    }
}

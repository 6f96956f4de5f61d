package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bufferbridge.fixtures.processes.ChildJvm;
import org.bufferbridge.fixtures.processes.UsedUpStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@link StackOverflowError} within the library's own Java leaves it usable, for that thread and for all others. */
class UsedUpStackTest {
    /** Whether a part of the code is compiled decides which of its calls need a frame. */
    @ParameterizedTest
    @ValueSource(ints = {0, 300, 1000})
    void anArenaThatOverflowsTheStackLeavesNoLockBehind(int before) throws Exception {
        ChildJvm.End end = new ChildJvm().programs(UsedUpStack.class).run("arenas", String.valueOf(before));
        assertEquals(
                List.of("works", "works"),
                end.lines().stream().filter(line -> line.startsWith("w")).toList(),
                end.lines()::toString);
    }

    /** What the inner ones did not get to, the outer one does. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void aScopeClosesThoseThatOverflowedTheStackInIt(String mode) throws Exception {
        ChildJvm.End end =
                new ChildJvm().option(mode).programs(UsedUpStack.class).run("scopes");
        assertEquals(List.of("works", "left: 0"), end.lines(), end.lines()::toString);
    }

    /** Nothing is half closed. What could not be ended can be ended again, and a lost count keeps nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "objects that are closed",
                "objects that are asked",
                "objects that are read",
                "arguments",
                "leases",
                "leases that were viewed",
                "leases that were shared",
                "leases that are viewed",
                "leases as arguments",
                "namespaces",
                "arenas"
            })
    void whatOverflowsTheStackCanBeEndedWithStackEnough(String kind) throws Exception {
        ChildJvm.End end = new ChildJvm().programs(UsedUpStack.class).run("ends", kind);
        assertEquals(List.of("left: 0 exports, 0 leases"), end.lines());
    }

    @Test
    void firstUsesThatOverflowTheStackWorkTheNextTime() throws Exception {
        ChildJvm.End end =
                new ChildJvm().option("-Xint").programs(UsedUpStack.class).run("firstUses");
        List<String> uses =
                end.lines().stream().filter(line -> line.startsWith("a")).toList();
        assertTrue(uses.stream().allMatch(line -> line.endsWith(" works")), () -> String.join("\n", end.lines()));
        assertEquals(14, uses.size(), () -> String.join("\n", end.lines()));
    }
}

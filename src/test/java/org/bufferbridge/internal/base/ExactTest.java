package org.bufferbridge.internal.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What goes beyond 64 bits, or beyond the length of an array, is refused with its numbers. */
class ExactTest {
    private static final long MAX = Long.MAX_VALUE;

    private static void refusesWith(String numbers, Executable use) {
        String message = assertThrows(IllegalArgumentException.class, use).getMessage();
        assertTrue(message.contains(numbers), message);
    }

    @Test
    void nothingElseUsesTheJdksOwn() throws IOException {
        Pattern exact = Pattern.compile("Math\\.\\w+Exact\\(");
        Path sources = Path.of(System.getProperty("basedir"), "src", "main", "java");
        try (Stream<Path> files = Files.walk(sources)) {
            List<String> users = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> {
                        try {
                            return exact.matcher(Files.readString(file)).find();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .map(file -> file.getFileName().toString())
                    .toList();
            assertEquals(List.of("Exact.java"), users);
        }
    }

    @Test
    void productsAndSumsCarryTheirNumbers() {
        assertEquals(6, Exact.product(2, 3, "it"));
        assertEquals(5, Exact.sum(2, 3, "it"));
        assertEquals(3, Exact.arrayLength(3, "it"));
        refusesWith("it: 4 times " + MAX + " goes beyond 64 bits", () -> Exact.product(4, MAX, "it"));
        refusesWith("it: 4 plus " + MAX + " goes beyond 64 bits", () -> Exact.sum(4, MAX, "it"));
        refusesWith(
                "it has 3000000000 items; a Java array has at most 2147483647",
                () -> Exact.arrayLength(3_000_000_000L, "it"));
    }

    @Test
    void aShapeThatIsTooLargeIsRefusedWithItsNumbers() {
        refusesWith(
                "shape [9223372036854775807, 2]", () -> BufferView.of(MemorySegment.NULL, BufferFormat.UINT8, MAX, 2));
        refusesWith(
                "reaches beyond 64 bits",
                () -> BufferView.strided(
                        Arena.ofAuto().allocate(8), BufferFormat.UINT8, new long[] {3}, new long[] {MAX}, 0));
        refusesWith("the size exceeds " + MAX, () -> BufferFormat.parse(MAX + "sd"));
    }

    @Test
    void emptyViewsMayHaveAnyShape() {
        BufferView view = BufferView.of(MemorySegment.NULL, BufferFormat.UINT8, MAX, MAX, 0);
        assertArrayEquals(new long[] {0, MAX, MAX}, view.transpose().shape());
        assertArrayEquals(new long[] {MAX, 0, MAX}, view.transpose(0, 2, 1).shape());
        assertEquals(0, view.reshape(0, MAX, MAX).byteSize());
    }

    @Test
    void anArrayOfMoreRowsThanJavaHasIsRefusedWithTheNumbers() {
        BufferView view = BufferView.of(MemorySegment.NULL, BufferFormat.UINT8, 3_000_000_000L, 0);
        refusesWith(
                "shape [3000000000, 0] has 3000000000 items; a Java array has at most", () -> Buffers.arrayOf(view));
    }
}

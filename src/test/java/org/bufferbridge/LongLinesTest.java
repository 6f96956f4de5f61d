package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies whose lines are longer than the parts, tiles and buffers of a copy, for each size of an item. */
class LongLinesTest {
    private static final List<Long> LENGTHS = List.of(2L, 15L, 16L, 300L, 1100L);

    private static MemorySegment memory(boolean isNative, long byteSize) {
        return isNative ? Arena.ofAuto().allocate(byteSize, 8) : MemorySegment.ofArray(new byte[(int) byteSize]);
    }

    private static MemorySegment counting(MemorySegment memory) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 37 + i / 256));
        }
        return memory;
    }

    /** A line that fills its memory, from the other end if the stride is negative. */
    private static BufferView line(boolean isNative, BufferFormat format, long length, long stride) {
        long byteSize = (length - 1) * Math.abs(stride) + format.itemSize();
        long first = stride < 0 ? byteSize - format.itemSize() : 0;
        MemorySegment memory = counting(memory(isNative, byteSize));
        return BufferView.strided(memory, format, new long[] {length}, new long[] {stride}, first);
    }

    private static void copyItemByItem(BufferView source, byte[] target, BufferView like) {
        long itemSize = source.itemSize();
        for (long i = 0; i < source.shape(0); i++) {
            MemorySegment.copy(
                    source.memory(),
                    source.byteOffset() + i * source.stride(0),
                    MemorySegment.ofArray(target),
                    like.byteOffset() + i * like.stride(0),
                    itemSize);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 12, 16, 24, 31, 32, 33, 100})
    void lineIsCopiedAsItsItemsAre(int itemSize) {
        BufferFormat format = BufferFormat.parse(itemSize + "s");
        long[] strides = {itemSize, -itemSize, 2L * itemSize, -2L * itemSize - 1, 9L * itemSize, itemSize + 1};
        for (boolean isSourceNative : new boolean[] {true, false}) {
            for (boolean isTargetNative : new boolean[] {true, false}) {
                for (long length : LENGTHS) {
                    for (long from : strides) {
                        for (long to : strides) {
                            BufferView source = line(isSourceNative, format, length, from);
                            BufferView target = line(isTargetNative, format, length, to);
                            byte[] expected = target.memory().toArray(ValueLayout.JAVA_BYTE);
                            copyItemByItem(source, expected, target);
                            target.copyFrom(source);
                            assertArrayEquals(
                                    expected,
                                    target.memory().toArray(ValueLayout.JAVA_BYTE),
                                    () -> source + " to " + target);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "=h", "=i", "=d", "=Zd"})
    void oneItemIsCopiedToAllAndTheLastOfAllRemains(String code) {
        BufferFormat format = BufferFormat.parse(code);
        for (boolean isNative : new boolean[] {true, false}) {
            MemorySegment one = counting(memory(isNative, format.itemSize()));
            BufferView repeated = BufferView.strided(one, format, new long[] {700}, new long[] {0}, 0);
            BufferView line = line(isNative, format, 700, format.itemSize());
            line.copyFrom(repeated);
            for (long i = 0; i < 700; i++) {
                assertEquals(repeated.get(0L), line.get(i));
            }
            counting(line.memory());
            repeated.copyFrom(line);
            assertEquals(line.get(699L), repeated.get(0L));
        }
    }

    /** Items of 16 bytes, each 4 bytes behind the one before: of each, the first quarter remains. */
    @Test
    void overlappingItemsOfATargetAreWrittenInOrder() {
        BufferFormat format = BufferFormat.parse("16s");
        for (boolean isNative : new boolean[] {true, false}) {
            BufferView source = line(isNative, format, 600, 32);
            BufferView target = line(isNative, format, 600, 4);
            byte[] expected = target.memory().toArray(ValueLayout.JAVA_BYTE);
            copyItemByItem(source, expected, target);
            target.copyFrom(source);
            assertArrayEquals(expected, target.memory().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "=h", "=i", "=q", "=Zd", "5s", "40s"})
    void transposedTablesAreCopiedInTiles(String code) {
        BufferFormat format = BufferFormat.parse(code);
        long rows = 37;
        long columns = 600;
        for (boolean isNative : new boolean[] {true, false}) {
            MemorySegment memory = counting(memory(isNative, rows * columns * format.itemSize()));
            BufferView table = BufferView.of(memory, format, rows, columns);
            BufferView turned = BufferView.of(memory(isNative, memory.byteSize()), format, columns, rows);
            turned.copyFrom(table.transpose());
            BufferView back = BufferView.of(memory(isNative, memory.byteSize()), format, rows, columns);
            turned.transpose().copyTo(back);
            assertArrayEquals(table.toBytes(), back.toBytes());
            for (long i = 0; i < rows; i += 6) {
                for (long j = 0; j < columns; j += 7) {
                    assertArrayEquals(
                            table.at(0, i).at(0, j).toBytes(),
                            turned.at(0, j).at(0, i).toBytes());
                }
            }
            BufferView sameOrder = BufferView.of(memory(isNative, memory.byteSize()), format, columns, rows)
                    .transpose();
            sameOrder.copyFrom(turned.transpose());
            assertArrayEquals(table.toBytes(), sameOrder.toBytes());
        }
    }

    /** Either the copy ends before the arena does, or it is refused. The JVM does not crash. */
    @Test
    void arenaThatEndsDuringACopyStopsIt() throws InterruptedException {
        for (int i = 0; i < 30; i++) {
            Arena arena = Arena.ofShared();
            long length = 1 << 20;
            BufferView all = BufferView.of(arena.allocate(16 * length, 8), BufferFormat.FLOAT64, 2 * length);
            BufferView source = all.slice(0, 0, 2 * length, 2);
            BufferView target = BufferView.of(Arena.ofAuto().allocate(8 * length, 8), BufferFormat.FLOAT64, length);
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread copier = new Thread(() -> {
                try {
                    for (; ; ) {
                        target.copyFrom(source);
                        assertEquals(length, source.toDoubleArray().length);
                        begun.countDown();
                    }
                } catch (IllegalStateException e) {
                    thrown.set(e);
                }
            });
            copier.start();
            begun.await();
            arena.close();
            copier.join();
            String message = thrown.get().getMessage();
            assertTrue(message.startsWith("the view's memory is closed"), message);
        }
    }
}

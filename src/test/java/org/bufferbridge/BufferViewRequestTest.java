package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bufferbridge.fixtures.exporters.Requests;
import org.bufferbridge.internal.view.RequestRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The answers are those of CPython: {@code _testbuffer.ndarray(memoryview(x), getbuf=flags)} for an {@code x}
 * of the same geometry.
 */
class BufferViewRequestTest {
    private static BufferView strided(long byteOffset, long[] shape, long... strides) {
        return BufferView.strided(Arena.global().allocate(12), BufferFormat.UINT8, shape, strides, byteOffset);
    }

    private static long[] shape(long... lengths) {
        return lengths;
    }

    private static BufferView pointers() {
        MemorySegment[] rows = new MemorySegment[3];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arena.global().allocate(4);
        }
        return BufferView.ofRows(BufferFormat.UINT8, rows);
    }

    /** For each structure the answers without extras, with WRITABLE, with FORMAT and with both. */
    static List<Arguments> answers() {
        String both = "1100 1111 1111 1111 1111 1111 1111";
        String none = "0000 0000 1111 0000 0000 0000 1111";
        return List.of(
                Arguments.of("no dimensions", strided(0, shape()), both),
                Arguments.of("line", strided(0, shape(12), 1), both),
                Arguments.of("line with gaps", strided(0, shape(6), 2), none),
                Arguments.of("one item with a stride", strided(0, shape(1), 5), both),
                Arguments.of("reversed line", strided(11, shape(12), -1), none),
                Arguments.of("empty line", strided(0, shape(0), 1), both),
                Arguments.of("C table", strided(0, shape(3, 4), 4, 1), "1100 1111 1111 1111 0000 1111 1111"),
                Arguments.of("F table", strided(0, shape(3, 4), 1, 3), "0000 0000 1111 0000 1111 1111 1111"),
                Arguments.of("cut table", strided(0, shape(3, 2), 4, 1), none),
                Arguments.of("table of one row", strided(0, shape(1, 4), 9, 1), both),
                Arguments.of("table of one column", strided(0, shape(4, 1), 1, 7), both),
                Arguments.of("empty table", strided(0, shape(3, 0), 0, 1), both),
                Arguments.of("pointers", pointers(), "0000 0000 0000 0000 0000 0000 1111"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void requestsOfWritableViewsAreAnsweredAsByMemoryview(String name, BufferView view, String answers) {
        assertEquals(answers, answersOf(view));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void requestsOfReadOnlyViewsAreAnsweredAsByMemoryview(String name, BufferView view, String answers) {
        StringBuilder refusingWrites = new StringBuilder(answers);
        for (int i = 0; i < answers.length(); i++) {
            if (i % 5 == 1 || i % 5 == 3) {
                refusingWrites.setCharAt(i, '0');
            }
        }
        assertEquals(refusingWrites.toString(), answersOf(view.asReadOnly()));
    }

    private static String answersOf(BufferView view) {
        StringBuilder answers = new StringBuilder();
        for (int structure : Requests.STRUCTURES) {
            answers.append(answers.isEmpty() ? "" : " ");
            for (int extra : Requests.EXTRAS) {
                answers.append(view.satisfies(new BufferRequest(structure | extra)) ? '1' : '0');
            }
        }
        return answers.toString();
    }

    @Test
    void bitsWithoutAMeaningChangeNoAnswer() {
        BufferView view = strided(0, shape(6), 2);
        for (int structure : Requests.STRUCTURES) {
            for (int stray : new int[] {0x2, 0x200, 0x10000, Integer.MIN_VALUE}) {
                assertEquals(
                        view.satisfies(new BufferRequest(structure)),
                        view.satisfies(new BufferRequest(structure | stray)));
            }
        }
    }

    @Test
    void refusalTellsRequestAndReason() {
        String gaps = RequestRules.refusal(strided(0, shape(6), 2), new BufferRequest(BufferRequest.C_CONTIGUOUS));
        assertTrue(gaps.contains("C_CONTIGUOUS") && gaps.contains("strides [2]"), gaps);
        BufferView line = strided(0, shape(12), 1).asReadOnly();
        String readOnly = RequestRules.refusal(line, new BufferRequest(BufferRequest.FULL));
        assertTrue(readOnly.contains("read-only") && readOnly.contains("FULL"), readOnly);
        String suboffsets = RequestRules.refusal(pointers(), new BufferRequest(BufferRequest.RECORDS_RO));
        assertTrue(suboffsets.contains("suboffsets") && suboffsets.contains("RECORDS_RO"), suboffsets);
    }
}

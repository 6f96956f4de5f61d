package org.bufferbridge.internal.trace;

import java.util.ArrayList;
import java.util.List;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.ExportInfo;
import org.bufferbridge.HoldingInfo;
import org.bufferbridge.LeaseInfo;
import org.bufferbridge.internal.jni.Natives;

/**
 * The lists of exports, leases and holdings, from their text (out_list.c, bufferbridge._reports.exports):
 * {@value #FIELDS} fields for each row.
 */
public final class OutLists {
    // The fields of a row.
    private static final int OWNER = 0;
    private static final int FLAGS = 1;
    private static final int BYTE_SIZE = 2;
    private static final int RETAINED = 3;
    private static final int SINCE_NANOS = 4;
    private static final int THREAD = 5;
    private static final int PYTHON_STACK = 6;
    private static final int JAVA_STACK = 7;
    private static final int FIELDS = 8;

    // The fields of a holding in the places of FLAGS and RETAINED.
    private static final int EXPORTS = 1;
    private static final int ADDRESS = 3;

    private OutLists() {}

    public static List<ExportInfo> exports() {
        String[] texts = texts("exports");
        List<ExportInfo> exports = new ArrayList<>(texts.length / FIELDS);
        for (int row = 0; row < texts.length; row += FIELDS) {
            boolean isCounted = texts[row + SINCE_NANOS] == null;
            exports.add(new ExportInfo(
                    texts[row + OWNER],
                    isCounted ? null : new BufferRequest(Integer.parseInt(texts[row + FLAGS])),
                    Long.parseLong(texts[row + BYTE_SIZE]),
                    isCounted ? null : Tracing.instant(Long.parseLong(texts[row + SINCE_NANOS])),
                    texts[row + THREAD],
                    texts[row + PYTHON_STACK],
                    texts[row + JAVA_STACK]));
        }
        return List.copyOf(exports);
    }

    public static List<LeaseInfo> leases() {
        String[] texts = texts("leases");
        List<LeaseInfo> leases = new ArrayList<>(texts.length / FIELDS);
        for (int row = 0; row < texts.length; row += FIELDS) {
            leases.add(new LeaseInfo(
                    texts[row + OWNER],
                    new BufferRequest(Integer.parseInt(texts[row + FLAGS])),
                    Long.parseLong(texts[row + BYTE_SIZE]),
                    !texts[row + RETAINED].isEmpty(),
                    Tracing.instant(Long.parseLong(texts[row + SINCE_NANOS])),
                    texts[row + THREAD],
                    texts[row + PYTHON_STACK],
                    texts[row + JAVA_STACK]));
        }
        return List.copyOf(leases);
    }

    public static List<HoldingInfo> holdings() {
        String[] texts = texts("holdings");
        List<HoldingInfo> holdings = new ArrayList<>(texts.length / FIELDS);
        for (int row = 0; row < texts.length; row += FIELDS) {
            holdings.add(new HoldingInfo(
                    texts[row + OWNER],
                    Long.parseLong(texts[row + EXPORTS]),
                    Long.parseLong(texts[row + BYTE_SIZE]),
                    Long.parseLong(texts[row + ADDRESS]),
                    Tracing.instant(Long.parseLong(texts[row + SINCE_NANOS])),
                    texts[row + THREAD],
                    texts[row + PYTHON_STACK],
                    texts[row + JAVA_STACK]));
        }
        return List.copyOf(holdings);
    }

    private static String[] texts(String list) {
        String[] texts;
        try {
            texts = Natives.outTexts(list);
        } catch (UnsatisfiedLinkError noPython) {
            return new String[0];
        }
        if (texts == null) {
            throw new IllegalStateException("Python has ended");
        }
        return texts;
    }
}

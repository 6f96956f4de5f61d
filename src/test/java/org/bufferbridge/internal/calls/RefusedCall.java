package org.bufferbridge.internal.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Supplier;
import org.bufferbridge.internal.values.CallException;

/** Calls that must be refused, and for which reason. */
final class RefusedCall {
    private RefusedCall() {}

    static CallException type(Supplier<Object> call) {
        return refused(CallException.TYPE, call);
    }

    static CallException overflow(Supplier<Object> call) {
        return refused(CallException.OVERFLOW, call);
    }

    private static CallException refused(int kind, Supplier<Object> call) {
        CallException refused = assertThrows(CallException.class, call::get);
        assertEquals(kind, refused.kind(), refused.getMessage());
        return refused;
    }
}

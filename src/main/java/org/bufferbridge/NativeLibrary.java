package org.bufferbridge;

import java.lang.invoke.MethodHandles;

/**
 * The native half of bufferbridge, as far as Java calls it. The methods are bound by the library
 * itself ({@code RegisterNatives}) when it meets the JVM; before that, calling one throws {@link
 * UnsatisfiedLinkError}.
 */
final class NativeLibrary {
    /**
     * Version of everything both halves must agree on: the descriptor's layout and the methods that
     * C calls. The library refuses a jar of another version; its own is {@code BB_ABI_VERSION}.
     */
    static final int ABI_VERSION = 1;

    private NativeLibrary() {}

    /** The JDK's all-access Lookup, or null where this JDK has none; see {@link ArenaLock}. */
    static native MethodHandles.Lookup trustedLookup();
}

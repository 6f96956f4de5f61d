package org.bufferbridge.internal.format;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The sizes of those C types that differ between platforms, in bytes.
 *
 * <p>The linker's canonical layouts have the same sizes. Reading them starts the linker, which takes longer than all
 * other work in this package.
 */
public final class NativeSizes {
    /** Size of a pointer, of {@code size_t} and of {@code Py_ssize_t}. */
    public static final int POINTER = (int) ValueLayout.ADDRESS.byteSize();

    /** Size of {@code long}: 4 on Windows, and that of a pointer on other systems. */
    static final int LONG = property("os.name").startsWith("windows") ? 4 : POINTER;

    /** Size of {@code long double} in x86-64 System V: 10 bytes of x87 extended precision, and padding. */
    static final int LONG_DOUBLE = 16;

    /** Whether {@code long double} on this platform has x87 extended precision. */
    public static final boolean LONG_DOUBLE_IS_X87 =
            isX86With64Bits() && !property("os.name").startsWith("windows");

    private NativeSizes() {}

    private static boolean isX86With64Bits() {
        String architecture = property("os.arch");
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && (architecture.equals("amd64") || architecture.equals("x86_64"));
    }

    private static String property(String name) {
        return System.getProperty(name, "").toLowerCase(Locale.ROOT);
    }
}

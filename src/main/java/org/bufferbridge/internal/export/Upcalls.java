package org.bufferbridge.internal.export;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bufferbridge.internal.base.Log;
import org.bufferbridge.internal.jni.Natives;

/**
 * A faster way from C into {@link Export} than JNI: upcall stubs of {@code java.lang.foreign}. The JIT compiler knows
 * which method a stub calls. The first stub takes the JDK tens of milliseconds. So a thread of its own makes the stubs,
 * when a user's exporter first exports. Until then, and where there are no stubs, C calls the same methods by JNI.
 *
 * <p>An exception that escapes from a stub ends the JVM. {@link Export} catches all, but for a stack overflow before
 * its first statement. So C uses the stub only if the thread has enough stack left.
 *
 * <p>Threads: any; the thread that prepares is a daemon.
 */
public final class Upcalls {
    private static final AtomicBoolean PREPARING = new AtomicBoolean();

    private Upcalls() {}

    /** Starts the thread that makes the stubs, once. */
    static void prepare() {
        if (!PREPARING.getPlain() && PREPARING.compareAndSet(false, true)) {
            Thread thread = new Thread(null, Upcalls::make, "bufferbridge upcalls", 0, false);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void make() {
        try {
            long acquire = stub("acquire", int.class, int.class, long.class, int.class);
            long release = stub("release", int.class);
            Natives.useStubs(acquire, release);
        } catch (Throwable none) {
            // No linker for this platform, no native access, another JVM than HotSpot: C goes on with JNI.
            Log.debug("exports go through JNI", none);
        }
    }

    @SuppressWarnings("restricted")
    private static long stub(String name, Class<?>... parameters) throws ReflectiveOperationException {
        MethodType type = MethodType.methodType(int.class, parameters);
        ValueLayout[] layouts = new ValueLayout[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            layouts[i] = parameters[i] == int.class ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
        }
        return Linker.nativeLinker()
                .upcallStub(
                        MethodHandles.lookup().findStatic(Export.class, name, type),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts),
                        Arena.global())
                .address();
    }
}

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
 * A faster way from C into {@link Export} than JNI: upcall stubs of {@code java.lang.foreign}, which the JIT compiler
 * makes part of the method they call. To make the first stub takes the JDK tens of milliseconds, so it is done beside
 * the program, on a thread of its own, once a user's exporter is first met. Until then, and where there are no stubs, C
 * calls the same methods through JNI.
 *
 * <p>What escapes from a stub ends the JVM. Export catches all there is, but for a stack that ends before its first
 * statement; so C takes the stub only where the thread has stack left, and has to know how much the JVM counts on.
 *
 * <p>Threads: any; the thread that prepares is a daemon.
 */
public final class Upcalls {
    private static final AtomicBoolean PREPARING = new AtomicBoolean();

    private Upcalls() {}

    /** Begins to make the stubs, unless that was begun before. */
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
            // No linker for this platform, no native access, another JVM than HotSpot: JNI it stays.
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

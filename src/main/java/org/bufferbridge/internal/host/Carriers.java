package org.bufferbridge.internal.host;

import org.bufferbridge.internal.jni.JdkInternals;

/**
 * Tells the scheduler of virtual threads that one of its carriers waits in native code. The scheduler then runs another
 * carrier meanwhile. At least one carrier can always run, as long as the JVM may have more
 * ({@code jdk.virtualThreadScheduler.maxPoolSize}, 256 by default). The JDK does the same around its own calls that
 * block, by an internal class ({@code jdk.internal.misc.Blocker}).
 *
 * <p>C calls these methods around each carrier's outermost call into Python ({@code carrier.c} says why). In between,
 * the virtual thread stays on its carrier.
 */
public final class Carriers {
    private Carriers() {}

    /** Whether a carrier that can be replaced runs this thread. A carrier runs virtual threads only. */
    static boolean isCarrier() {
        return Thread.currentThread().isVirtual() && JdkInternals.beginBlocking() != null;
    }

    /** Says that this thread's carrier may wait from now on. The result is for {@link #end}. */
    static Object begin() throws Throwable {
        return (Object) JdkInternals.beginBlocking().invokeExact();
    }

    /** Says that this thread's carrier no longer waits. */
    static void end(Object begun) throws Throwable {
        JdkInternals.endBlocking().invokeExact(begun);
    }
}

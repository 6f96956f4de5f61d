package org.bufferbridge.internal.host;

import org.bufferbridge.internal.jni.JdkInternals;

/**
 * Tells the scheduler of virtual threads that one of its carriers waits in native code, so that it runs another one
 * meanwhile: at least one can run always, as long as the JVM may have more ({@code
 * jdk.virtualThreadScheduler.maxPoolSize}, 256). The JDK does the same around its own calls that block ({@code
 * jdk.internal.misc.Blocker}), with what is no API.
 *
 * <p>Called by C around the outermost call into Python of each carrier ({@code carrier.c} tells why). In between, the
 * virtual thread stays on its carrier.
 */
public final class Carriers {
    private Carriers() {}

    /** Whether this thread is run by a carrier that can be replaced. A carrier runs virtual threads only. */
    static boolean isCarrier() {
        return Thread.currentThread().isVirtual() && JdkInternals.beginBlocking() != null;
    }

    /** This thread's carrier may wait from now on. What is returned is for {@link #end}. */
    static Object begin() throws Throwable {
        return (Object) JdkInternals.beginBlocking().invokeExact();
    }

    /** This thread's carrier has come back. */
    static void end(Object begun) throws Throwable {
        JdkInternals.endBlocking().invokeExact(begun);
    }
}

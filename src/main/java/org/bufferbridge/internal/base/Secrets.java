package org.bufferbridge.internal.base;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives internal packages what a public class does not show, as {@code SharedSecrets} does in the JDK.
 *
 * <p>A public class is final and keeps its state private. An interface in the package of its users has what other
 * packages need. The public class implements it in a nested class, and its static initialiser installs that here. The
 * interface has it as a constant, so the compiler calls it directly:
 *
 * <pre>{@code
 * public interface FormatAccess {
 *     FormatAccess FORMATS = Secrets.of(FormatAccess.class, "org.bufferbridge.BufferFormat");
 *     FormatItem item(BufferFormat format);
 * }
 * }</pre>
 *
 * <p>The interfaces:
 *
 * <table>
 * <caption>What is opened, and by whom</caption>
 * <tr><td>{@code format.FormatAccess}</td><td>{@code BufferFormat}</td></tr>
 * <tr><td>{@code view.ViewAccess}</td><td>{@code BufferView}</td></tr>
 * <tr><td>{@code export.GuardAccess}</td><td>{@code ExportGuard}</td></tr>
 * <tr><td>{@code values.PythonValues}</td><td>{@code objects.CallValues}: what calls do with Python buffers and
 *     objects, which are above them</td></tr>
 * <tr><td>{@code objects.BufferAccess}</td><td>{@code PythonBuffer}</td></tr>
 * <tr><td>{@code objects.ObjectAccess}</td><td>{@code PythonObject}</td></tr>
 * </table>
 *
 * <p><b>Initialisation.</b> A class whose initialisation overflows a stack never works again. So all these are
 * initialised when Java and Python are joined ({@code Prepared}, {@code Calls}). Two threads that begin at both ends do
 * not wait for each other. The constant's initialiser waits for the owner. The owner's waits only for this class, and
 * installs before it does anything else. The interface has no default method, so the nested class does not initialise
 * it.
 *
 * <p>Threads: any.
 */
public final class Secrets {
    private static final Map<Class<?>, Object> INSTALLED = new ConcurrentHashMap<>();

    private Secrets() {}

    /** Called by an owner's static initialiser, before all else. */
    public static <T> void install(Class<T> access, T implementation) {
        INSTALLED.put(access, implementation);
    }

    /**
     * What an owner has installed. Initialises the owner, unless it was.
     *
     * @param owner the name of its class, which may lie above the caller's package
     */
    public static <T> T of(Class<T> access, String owner) {
        try {
            Class.forName(owner, true, Secrets.class.getClassLoader());
        } catch (ClassNotFoundException absent) {
            throw new LinkageError("the bufferbridge jar is incomplete: it has no " + owner, absent);
        }
        return access.cast(INSTALLED.get(access));
    }
}

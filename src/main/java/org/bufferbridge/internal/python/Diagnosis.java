package org.bufferbridge.internal.python;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bufferbridge.internal.doctor.Finding;
import org.bufferbridge.internal.doctor.JavaFindings;
import org.bufferbridge.internal.doctor.Json;
import org.bufferbridge.internal.hold.Pins;

/**
 * Reports what this JVM can do for the bridge to {@code python -m bufferbridge doctor}.
 *
 * <p>Threads: any; stateless.
 */
public final class Diagnosis {
    private Diagnosis() {}

    /**
     * Java's half of the findings.
     *
     * @param withJvm whether the JVM, its jars and its native access are among them
     * @return a JSON array of objects, whose members are those of {@link Finding}
     */
    public static String findings(boolean withJvm) {
        List<Finding> findings = new ArrayList<>(withJvm ? JavaFindings.ofJvm() : List.of());
        findings.addAll(JavaFindings.ofAbilities());
        return Json.of(findings.stream().map(Diagnosis::members).toList());
    }

    private static Map<String, Object> members(Finding finding) {
        Map<String, Object> members = new LinkedHashMap<>(finding.words());
        members.put("key", finding.key());
        members.put("data", finding.data());
        return members;
    }

    /**
     * Where the classes of this library are.
     *
     * @return a file or a folder; null if they are in none
     */
    public static String place() {
        return JavaFindings.place();
    }

    /**
     * Why heap arrays are not exported in place.
     *
     * @return null if they are
     */
    public static String pinObstacle() {
        return Pins.obstacle();
    }
}

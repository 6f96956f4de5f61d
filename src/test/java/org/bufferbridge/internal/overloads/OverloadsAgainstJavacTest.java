package org.bufferbridge.internal.overloads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.bufferbridge.fixtures.calls.PackedCall;
import org.bufferbridge.fixtures.calls.PackedCall.Original;
import org.bufferbridge.internal.values.CallException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java compiler as oracle: random overloads and calls, compiled and then resolved here.
 *
 * <p>Some parameter types are left out, because a Python value may do more there than its Java twin. They are byte,
 * short, char, float, and all boxes except Integer and Boolean. An int, a float or a str also converts to these.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverloadsAgainstJavacTest {
    private static final int SETS = 250;
    private static final int CALLS_PER_SET = 12;

    private static final String[] TYPES = {
        "int",
        "long",
        "double",
        "boolean",
        "Object",
        "String",
        "Number",
        "Integer",
        "Boolean",
        "CharSequence",
        "Comparable",
        "int[]",
        "Object[]",
        "java.util.List",
        "java.util.ArrayList",
        "int...",
        "long...",
        "double...",
        "Object...",
        "String..."
    };

    private static final Original LIST = new Original(new ArrayList<>());
    private static final Original INTS = new Original(new int[] {1});
    private static final Original BOX = new Original(1);

    /** As Java writes them, and as Python passes them. */
    private static final Object[][] ARGUMENTS = {
        {"1", 1},
        {"1L<<40", 1L << 40},
        {"1.5", 1.5},
        {"true", true},
        {"\"s\"", "s"},
        {"null", null},
        {"LIST", LIST},
        {"INTS", INTS},
        {"BOX", BOX}
    };

    /** A call in Java, and its arguments for Python. */
    private record Probe(int set, String call, Object[] arguments) {}

    private final Random random = new Random(20250131);
    private final List<Probe> probes = new ArrayList<>();
    private Map<Integer, String> errors;
    private Class<?> compiled;

    @BeforeAll
    void compileEachCallThatJavaTakes(@TempDir Path folder) throws Exception {
        StringBuilder sets = new StringBuilder("public class Sets {\n");
        sets.append("static java.util.ArrayList LIST;\n");
        sets.append("static int[] INTS;\n");
        sets.append("static Integer BOX = 1;\n");
        for (int set = 0; set < SETS; set++) {
            addSet(sets, set);
        }
        errors = compile(folder, sets, Map.of());
        assertEquals(Map.of(), compile(folder, sets, errors));
        URL[] classes = {folder.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes)) {
            compiled = loader.loadClass("Sets");
            for (int set = 0; set < SETS; set++) {
                loader.loadClass("Sets$S" + set);
            }
        }
    }

    private void addSet(StringBuilder sets, int set) {
        sets.append("public static class S").append(set).append(" {\n");
        Set<String> signatures = new HashSet<>();
        int usualArity = 1 + random.nextInt(2);
        for (int i = 2 + random.nextInt(4); i > 0; i--) {
            String[] types = new String[random.nextInt(5) == 0 ? 3 - usualArity : usualArity];
            for (int k = 0; k < types.length; k++) {
                do {
                    types[k] = TYPES[random.nextInt(TYPES.length)];
                } while (types[k].endsWith("...") && k < types.length - 1);
            }
            String signature = "f(" + String.join(", ", types) + ")";
            if (!signatures.add(signature.replace("...", "[]"))) {
                continue;
            }
            List<String> parameters = new ArrayList<>();
            for (String type : types) {
                parameters.add(type + " p" + parameters.size());
            }
            sets.append("public static String f(")
                    .append(String.join(", ", parameters))
                    .append(") { return \"")
                    .append(signature)
                    .append("\"; }\n");
        }
        sets.append("}\n");
        for (int i = 0; i < CALLS_PER_SET; i++) {
            int count = random.nextInt(8) == 0 ? 3 - usualArity : usualArity;
            List<String> java = new ArrayList<>();
            Object[] python = new Object[count];
            for (int k = 0; k < count; k++) {
                Object[] argument = ARGUMENTS[random.nextInt(ARGUMENTS.length)];
                java.add((String) argument[0]);
                python[k] = argument[1];
            }
            probes.add(new Probe(set, "S" + set + ".f(" + String.join(", ", java) + ")", python));
        }
    }

    /** Compiles the calls but those known to be wrong; answers the error of each that fails. */
    private Map<Integer, String> compile(Path folder, StringBuilder sets, Map<Integer, String> wrong)
            throws IOException {
        StringBuilder source = new StringBuilder(sets);
        int firstLine = 1 + (int) sets.chars().filter(unit -> unit == '\n').count();
        for (int i = 0; i < probes.size(); i++) {
            String method = "public static String c%d() { return %s; }\n";
            source.append(wrong.containsKey(i) ? "\n" : method.formatted(i, probes.get(i).call));
        }
        Path file = Files.writeString(folder.resolve("Sets.java"), source.append("}\n"));
        StringWriter messages = new StringWriter();
        PrintWriter printed = new PrintWriter(messages);
        ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        printed,
                        printed,
                        "-XDrawDiagnostics",
                        "-Xmaxerrs",
                        "100000",
                        "-d",
                        folder.toString(),
                        file.toString());
        Map<Integer, String> failed = new TreeMap<>();
        Matcher error = Pattern.compile("Sets\\.java:(\\d+):\\d+: compiler\\.err\\.([^:]+):")
                .matcher(messages.toString());
        while (error.find()) {
            failed.put(Integer.parseInt(error.group(1)) - firstLine, error.group(2));
        }
        return failed;
    }

    @Test
    void overloadIsTheOneJavaCalls() throws Exception {
        int agreed = 0;
        for (int i = 0; i < probes.size(); i++) {
            if (!errors.containsKey(i)) {
                Object expected = compiled.getMethod("c" + i).invoke(null);
                Probe probe = probes.get(i);
                assertEquals(expected, call(probe), probe.call);
                agreed++;
            }
        }
        assertTrue(agreed > probes.size() / 10, "too few calls compile: " + agreed);
    }

    @Test
    void callThatJavaRefusesIsRefused() {
        int agreed = 0;
        for (int i = 0; i < probes.size(); i++) {
            // Where Java finds a call ambiguous, Python values may have an order.
            if (errors.containsKey(i) && !errors.get(i).equals("ref.ambiguous")) {
                Probe probe = probes.get(i);
                assertThrows(CallException.class, () -> call(probe), probe.call);
                agreed++;
            }
        }
        assertTrue(agreed > probes.size() / 10, "too few calls are wrong: " + agreed);
    }

    private Object call(Probe probe) {
        try {
            Class<?> set = compiled.getClassLoader().loadClass("Sets$S" + probe.set);
            return PackedCall.callStatic(set, "f", probe.arguments);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}

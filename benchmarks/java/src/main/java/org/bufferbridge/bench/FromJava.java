package org.bufferbridge.bench;

import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.bufferbridge.Python;
import org.bufferbridge.PythonObject;

/** Java calls Python, by bufferbridge. The cases have the names of those of the peers. */
public final class FromJava {
    private FromJava() {}

    /** The cases of a {@code Fixture} of benchmarks/sides/fixtures.py. */
    public static Rounds of(PythonObject lent) {
        Python python = Python.start();
        PythonObject fixture = lent.retain();
        PythonObject function = fixture.attr("function");
        PythonObject echo = fixture.attr("echo");
        PythonObject number = fixture.attr("number");
        PythonObject real = fixture.attr("real");
        PythonObject text = fixture.attr("text");
        String greek = fixture.attr("greek").as(String.class);
        String ascii = attribute(fixture, "ascii", String.class);
        Rounds rounds = new Rounds();
        rounds.add("asInt", number::asInt);
        rounds.add("asLong", number::asLong);
        rounds.add("asDouble", real::asDouble);
        rounds.add("str to Java", () -> text.as(String.class));
        rounds.add("f(int) to int", () -> {
            try (PythonObject result = function.invoke(7)) {
                result.asInt();
            }
        });
        IntUnaryOperator operator = function.as(IntUnaryOperator.class);
        rounds.add("f(int) of an interface", () -> operator.applyAsInt(7));
        rounds.add("attribute to int", () -> asInt(fixture, "number"));
        rounds.add("eval", () -> {
            try (PythonObject result = python.eval("1 + 2")) {
                result.asInt();
            }
        });
        rounds.add("exec", () -> python.exec("z = 1 + 2"));
        rounds.add("floats to double[]", () -> attribute(fixture, "floats", double[].class));
        rounds.add("dict to Map", () -> attribute(fixture, "numbers", Map.class));
        rounds.add("Greek both ways", () -> echoed(echo, greek));
        rounds.add("1 MB both ways", () -> echoed(echo, ascii));
        rounds.add("1 MB to Java", () -> attribute(fixture, "ascii", String.class));
        return rounds;
    }

    private static int asInt(PythonObject object, String name) {
        try (PythonObject value = object.attr(name)) {
            return value.asInt();
        }
    }

    private static String echoed(PythonObject echo, String text) {
        try (PythonObject result = echo.invoke(text)) {
            return result.as(String.class);
        }
    }

    private static <T> T attribute(PythonObject object, String name, Class<T> type) {
        try (PythonObject value = object.attr(name)) {
            return value.as(type);
        }
    }
}

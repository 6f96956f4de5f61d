package org.bufferbridge.bench.peers;

import org.bufferbridge.bench.Rounds;
import org.jpy.PyInputMode;
import org.jpy.PyObject;

/** Java calls Python, by jpy. */
public final class JpyFromJava {
    private JpyFromJava() {}

    /** The cases of a {@code Fixture} of benchmarks/sides/fixtures.py. */
    public static Rounds of(PyObject fixture) {
        PyObject number = fixture.getAttribute("number");
        PyObject real = fixture.getAttribute("real");
        PyObject text = fixture.getAttribute("text");
        Rounds rounds = new Rounds();
        rounds.add("asInt", number::getIntValue);
        rounds.add("asLong", number::getLongValue);
        rounds.add("asDouble", real::getDoubleValue);
        rounds.add("str to Java", text::getStringValue);
        rounds.add("attribute to int", () -> {
            try (PyObject value = fixture.getAttribute("number")) {
                value.getIntValue();
            }
        });
        rounds.add("eval", () -> {
            try (PyObject value = PyObject.executeCode("1 + 2", PyInputMode.EXPRESSION)) {
                value.getIntValue();
            }
        });
        rounds.add(
                "exec",
                () -> PyObject.executeCode("z = 1 + 2", PyInputMode.STATEMENT).close());
        rounds.add("1 MB to Java", () -> {
            try (PyObject value = fixture.getAttribute("ascii")) {
                value.getStringValue();
            }
        });
        return rounds;
    }
}

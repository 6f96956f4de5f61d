package org.bufferbridge.bench.peers;

import jep.NDArray;
import jep.SharedInterpreter;
import jep.python.PyCallable;
import jep.python.PyObject;
import org.bufferbridge.bench.Rounds;

/** Java calls Python, by Jep, on a thread with an interpreter of its own. */
public final class JepFromJava {
    private JepFromJava() {}

    /** The cases of a {@code Fixture} of benchmarks/sides/fixtures.py. */
    public static Rounds of() throws Exception {
        Rounds rounds = new Rounds();
        rounds.first(() -> add(rounds));
        return rounds;
    }

    /** In Python an array of numpy with a copy of the items. */
    public static NDArray<double[]> copied(double[] array) {
        return new NDArray<>(array);
    }

    @SuppressWarnings("resource") // The interpreter lives as long as the thread of the rounds.
    private static void add(Rounds rounds) {
        SharedInterpreter python = new SharedInterpreter();
        python.exec("from sides.fixtures import Fixture; fixture = Fixture()");
        PyObject fixture = python.getValue("fixture", PyObject.class);
        PyCallable function = fixture.getAttr("function", PyCallable.class);
        PyCallable echo = fixture.getAttr("echo", PyCallable.class);
        String greek = fixture.getAttr("greek", String.class);
        rounds.add("f(int) to int", () -> function.callAs(Integer.class, 7));
        rounds.add("attribute to int", () -> fixture.getAttr("number", Integer.class));
        rounds.add("eval", () -> python.getValue("1 + 2", Integer.class));
        rounds.add("exec", () -> python.exec("z = 1 + 2"));
        rounds.add("floats to double[]", () -> fixture.getAttr("floats", double[].class));
        rounds.add("dict to Map", () -> fixture.getAttr("numbers"));
        String ascii = fixture.getAttr("ascii", String.class);
        rounds.add("Greek both ways", () -> echo.callAs(String.class, greek));
        rounds.add("1 MB both ways", () -> echo.callAs(String.class, ascii));
        rounds.add("1 MB to Java", () -> fixture.getAttr("ascii", String.class));
    }
}

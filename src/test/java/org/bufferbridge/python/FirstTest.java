package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.*;
import org.bufferbridge.*;
import org.junit.jupiter.api.*;
import java.nio.file.*;
import java.util.*;

class FirstTest {
    @Test
    void first() throws Exception {
        Python python = Python.start(PythonConfig.defaults().executable(Path.of(System.getProperty("bufferbridge.test.python"))));
        System.out.println(python);
        assertEquals(3, python.eval("1 + 2").asLong());
        PythonObject numpy = python.importModule("numpy");
        double[] samples = {1, 2, 3};
        PythonObject array = numpy.call("asarray", samples);
        System.out.println(array + " " + array.attr("dtype"));
        array.setItem(0, 42.0);
        assertEquals(42, samples[0]);
        try (PythonBuffer lease = numpy.call("arange", 10).buffer()) {
            System.out.println(lease.view() + " " + lease.view().getLong(3));
        }
        System.out.println(python.eval("[1, 2.5, 'x', None, [True]]").toJava());
        PythonException e = assertThrows(PythonException.class, () -> python.exec("def f():\n  raise ValueError('no')\nf()\n"));
        e.printStackTrace();
        System.out.println(e.traceback());
        System.out.println(python.exec("import sys; y = x * 2; z = sys.executable, sys.prefix", Map.of("x", 21)).asMap().keySet());
        System.out.println(python.eval("__import__('sys').path"));
        array = null;
    }
}

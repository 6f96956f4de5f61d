package org.bufferbridge.python;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bufferbridge.Python;
import org.bufferbridge.PythonObject;
import org.bufferbridge.fixtures.processes.Interpreter;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests in {@code python-tests} that say what each language sees of memory and of the other one. They run in a
 * CPython that Java started: the same oracles, under the other host. Each of pytest's tests is one here.
 */
@ExtendWith(Interpreter.class)
class PythonTestsTest {
    private static final Path FOLDER = Path.of(System.getProperty("basedir"), "python-tests");

    /** How many structures are drawn for each kind of memory; the Python tests draw more. */
    private static final String STRUCTURES = "40";

    @TestFactory
    Stream<DynamicTest> requestsAreAnsweredAsTheOraclesAnswer(Python python) {
        return results(python, "exports/test_requests_against_oracle.py");
    }

    @TestFactory
    Stream<DynamicTest> valuesAreThoseOfTheOracles(Python python) {
        return results(python, "exports/test_values_against_oracle.py");
    }

    @TestFactory
    Stream<DynamicTest> thePackageIsImportedAsAWhole(Python python) {
        return results(python, "life/test_imports.py");
    }

    @TestFactory
    Stream<DynamicTest> memoryGoesThereAndBack(Python python) {
        return results(python, "leases/test_round_trips.py");
    }

    @TestFactory
    Stream<DynamicTest> everyKindOfMemoryIsABuffer(Python python) {
        return results(
                python,
                "memory/test_memory_kinds.py",
                "memory/test_segments.py",
                "memory/test_known_memory.py",
                "memory/test_formats.py");
    }

    @TestFactory
    Stream<DynamicTest> exportsComeBackOnceAsTheVeryViewThatWasGranted(Python python) {
        return results(
                python,
                "exports/test_lifetime.py",
                "exports/test_guarded_exporters.py",
                "exports/test_exporter_errors.py",
                "exports/test_consumers.py");
    }

    @TestFactory
    Stream<DynamicTest> memoryIsSharedByOtherProtocols(Python python) {
        return results(
                python,
                "exports/test_c_api.py",
                "lending/test_dlpack_export.py",
                "lending/test_dlpack_import.py",
                "lending/test_arrow_export.py",
                "lending/test_arrow_import.py",
                "lending/test_array_interface.py",
                "lending/test_matrix.py");
    }

    @TestFactory
    Stream<DynamicTest> exportersThatLieAreRefused(Python python) {
        return results(python, "leases/test_lying_exporters.py");
    }

    @TestFactory
    Stream<DynamicTest> callsOfPythonArriveInJava(Python python) {
        return results(
                python,
                "leases/test_leases.py",
                "leases/test_lease_access.py",
                "leases/test_lease_ends.py",
                "leases/test_stored_buffers.py",
                "leases/test_values_without_a_buffer.py",
                "leases/test_java_arrays.py",
                "calls/test_calls.py",
                "calls/test_ways_out.py",
                "calls/test_boxes.py",
                "calls/test_values.py",
                "calls/test_bad_input.py",
                "calls/test_containers.py");
    }

    @TestFactory
    Stream<DynamicTest> pythonsFunctionsAndObjectsAreJavas(Python python) {
        return results(python, "calls/test_functions.py", "calls/test_callbacks.py", "calls/test_output.py");
    }

    @TestFactory
    Stream<DynamicTest> javaObjectsHavePythonsOperators(Python python) {
        return results(
                python,
                "calls/test_protocols.py",
                "calls/test_sequences.py",
                "calls/test_array_classes.py",
                "calls/test_packages.py",
                "calls/test_signatures.py",
                "memory/test_displays.py",
                "calls/test_iteration.py",
                "calls/test_sets_and_maps.py",
                "calls/test_scalars.py",
                "calls/test_throwables.py",
                "calls/test_java_functions.py",
                "memory/test_items.py");
    }

    @TestFactory
    Stream<DynamicTest> providersAndForeignClassesBreakNothingElse(Python python) {
        return results(
                python, "exports/test_providers.py", "calls/test_missing_classes.py", "adversaries/test_first_uses.py");
    }

    @TestFactory
    Stream<DynamicTest> adversariesFindNothing(Python python) {
        return results(
                python,
                "adversaries/test_every_first_use.py",
                "adversaries/test_pending_exceptions.py",
                "adversaries/test_bottom_of_the_stack.py",
                "adversaries/test_sequences.py");
    }

    /** One run of pytest, whose results are handed on one by one. */
    private static Stream<DynamicTest> results(Python python, String... files) {
        try (PythonObject path = python.importModule("sys").attr("path")) {
            path.call("insert", 0, FOLDER.toString()).close();
        }
        List<String> arguments = new ArrayList<>(List.of(STRUCTURES));
        for (String file : files) {
            arguments.add(FOLDER.resolve(file).toString());
        }
        List<DynamicTest> tests = new ArrayList<>();
        try (PythonObject results = python.importModule("support.in_java").call("run", arguments.toArray())) {
            for (PythonObject result : results) {
                tests.add(test(
                        result.item(0).toString(),
                        result.item(1).toString(),
                        result.item(2).toString()));
            }
        }
        assertFalse(tests.isEmpty(), "pytest ran no test");
        return tests.stream();
    }

    private static DynamicTest test(String name, String outcome, String text) {
        return dynamicTest(name, () -> {
            switch (outcome) {
                case "passed" -> {}
                case "skipped" -> abort(text);
                default -> throw new AssertionError(text);
            }
        });
    }
}

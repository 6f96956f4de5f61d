package org.bufferbridge.spark;

import org.apache.spark.sql.SparkSessionExtensions;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Runs PySpark's functions in the executor's JVM:
 * {@code spark.sql.extensions=org.bufferbridge.spark.BufferbridgeExtensions}.
 *
 * <p>This class alone is compiled for Spark's oldest JVM. In a JVM that is too old for the others, it leaves all
 * functions to stock Spark.
 */
public final class BufferbridgeExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    private static final int OLDEST_JVM = 22;

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        int jvm = Runtime.version().feature();
        if (jvm < OLDEST_JVM) {
            LoggerFactory.getLogger(BufferbridgeExtensions.class)
                    .warn(
                            "bufferbridge leaves Python functions to worker processes: it needs JDK {} or newer, and"
                                    + " the driver runs JDK {} ({})",
                            OLDEST_JVM,
                            jvm,
                            System.getProperty("java.home"));
            return BoxedUnit.UNIT;
        }
        inProcess().apply(extensions);
        return BoxedUnit.UNIT;
    }

    @SuppressWarnings("unchecked")
    private static Function1<SparkSessionExtensions, BoxedUnit> inProcess() {
        try {
            return (Function1<SparkSessionExtensions, BoxedUnit>)
                    Class.forName("org.bufferbridge.spark.InProcessExtensions")
                            .getDeclaredConstructor()
                            .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the jar of bufferbridge's Spark module is not complete", e);
        }
    }
}

package org.bufferbridge.examples;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * Records as C would lay them out: {@code struct {double x, y; int id; float mass;}}.
 *
 * <p><b>The rule.</b> A layout is a format. Names, offsets, sizes and gaps of a {@link StructLayout} reach the consumer
 * as they are. So numpy sees a structured array whose fields have Java's names. In Java {@link BufferView#field} makes
 * a column of a field, which reads and writes the same memory.
 */
public final class Particles implements BufferExporter {
    private static final StructLayout PARTICLE = MemoryLayout.structLayout(
            JAVA_DOUBLE.withName("x"), JAVA_DOUBLE.withName("y"), JAVA_INT.withName("id"), JAVA_FLOAT.withName("mass"));

    private final BufferView particles;

    /** So many particles, numbered, in the origin, of mass 1. */
    public Particles(int count) {
        particles = BufferView.of(Arena.ofAuto().allocate(PARTICLE, count), BufferFormat.of(PARTICLE), count);
        for (int i = 0; i < count; i++) {
            particles.field("id").setInt(i, i);
            particles.field("mass").setFloat(1, i);
        }
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        return particles;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    /** Moves each particle by a distance. */
    public void move(double byX, double byY) {
        BufferView x = particles.field("x");
        BufferView y = particles.field("y");
        for (long i = 0; i < particles.itemCount(); i++) {
            x.setDouble(x.getDouble(i) + byX, i);
            y.setDouble(y.getDouble(i) + byY, i);
        }
    }

    /** The center of mass along an axis, {@code x} or {@code y}. */
    public double center(String axis) {
        BufferView position = particles.field(axis);
        BufferView mass = particles.field("mass");
        double moment = 0;
        double sum = 0;
        for (long i = 0; i < particles.itemCount(); i++) {
            moment += mass.getFloat(i) * position.getDouble(i);
            sum += mass.getFloat(i);
        }
        return moment / sum;
    }
}

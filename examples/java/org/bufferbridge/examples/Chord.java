package org.bufferbridge.examples;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.ExportArena;
import org.bufferbridge.Leaks;
import org.bufferbridge.Python;
import org.bufferbridge.PythonBuffer;
import org.bufferbridge.PythonException;
import org.bufferbridge.PythonNamespace;
import org.bufferbridge.PythonObject;
import org.bufferbridge.PythonScope;

/**
 * A Java program that computes with numpy: which notes sound in a recording?
 *
 * <p>Java reads the samples into memory of its own. numpy transforms that memory itself. Java reads the spectrum where
 * numpy left it. Nothing is copied in between, and the program fails where an address is not the one it must be.
 * {@code make demo-java} runs it.
 *
 * <p><b>The rule.</b> A language that lends memory keeps it in place. The arena's {@code close} is refused while numpy
 * holds the samples. The spectrum stays where it is while Java leases it. A {@code PythonObject} is a reference, and
 * the scope gives up all that were made in it at a known moment.
 */
public final class Chord {
    private static final String[] NOTES = {"A", "A#", "B", "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#"};

    private Chord() {}

    /** A local maximum of the spectrum. */
    private record Peak(double hertz, double height) {}

    public static void main(String[] arguments) throws Exception {
        File file = new File(arguments.length > 0 ? arguments[0] : "examples/data/chord.wav");
        Python python = Python.start();
        report("python", python.version() + ", and numpy " + python.eval("__import__('numpy').__version__"));
        try (ExportArena arena = ExportArena.open();
                PythonScope scope = python.scope()) {
            listen(python, arena, file);
        } // here the scope closes its objects, and the samples are freed: numpy holds them no more
        report("end", "exports: " + Leaks.liveExports() + ", leases: " + Leaks.liveLeases());
    }

    private static void listen(Python python, ExportArena arena, File file) throws Exception {
        try (AudioInputStream sound = AudioSystem.getAudioInputStream(file)) {
            BufferView samples = read(sound, arena);
            report("sound", file + ": " + samples.shape(0) + " frames x " + samples.shape(1));
            PythonObject array = python.importModule("numpy").call("asarray", samples);
            report(
                    "",
                    "samples at 0x%x in Java, at 0x%x in numpy"
                            .formatted(samples.memory().address(), address(array)));
            require(address(array) == samples.memory().address(), "numpy has Java's own samples");
            transform(python, array, sound.getFormat().getFrameRate());
            fade(python, array, samples);
            refuse(arena);
            fail(python, array);
        }
    }

    /** The samples, frames x channels, in the arena. */
    private static BufferView read(AudioInputStream sound, ExportArena arena) throws Exception {
        AudioFormat format = sound.getFormat();
        if (format.getEncoding() != Encoding.PCM_SIGNED || format.getSampleSizeInBits() != Short.SIZE) {
            throw new UnsupportedAudioFileException(format + "; signed samples of 16 bits are required");
        }
        byte[] bytes = sound.readAllBytes();
        MemorySegment memory = arena.allocate(bytes.length, Short.BYTES);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        ByteOrder order = format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return BufferView.of(
                memory,
                BufferFormat.INT16.withOrder(order),
                bytes.length / format.getFrameSize(),
                format.getChannels());
    }

    /** numpy transforms Java's memory, Java reads numpy's. */
    private static void transform(Python python, PythonObject array, double framesPerSecond) {
        PythonObject spectrum;
        try (PythonNamespace names = python.namespace(Map.of("sound", array))) {
            names.exec("""
                    import numpy as np
                    mono = sound.mean(axis=1)
                    spectrum = np.fft.rfft(mono * np.hanning(len(mono)))
                    """);
            spectrum = names.get("spectrum");
        }
        try (PythonBuffer lease = spectrum.buffer()) {
            BufferView bins = lease.view();
            report("spectrum", bins.itemCount() + " items of format " + bins.format());
            report(
                    "",
                    "items at 0x%x in Java, at 0x%x in numpy"
                            .formatted(bins.memory().address(), address(spectrum)));
            require(bins.memory().address() == address(spectrum), "Java has numpy's own spectrum");
            for (Peak peak : highest(peaks(bins, framesPerSecond), 4)) {
                report("", "%6.1f Hz is %s".formatted(peak.hertz, note(peak.hertz)));
            }
        }
    }

    private static List<Peak> peaks(BufferView bins, double framesPerSecond) {
        double[] heights = new double[Math.toIntExact(bins.itemCount())];
        for (int i = 0; i < heights.length; i++) {
            var item = bins.getComplex(i);
            heights[i] = Math.hypot(item.real(), item.imaginary());
        }
        double hertzPerBin = framesPerSecond / (2.0 * (heights.length - 1));
        List<Peak> peaks = new ArrayList<>();
        for (int i = 1; i + 1 < heights.length; i++) {
            if (heights[i] > heights[i - 1] && heights[i] >= heights[i + 1]) {
                peaks.add(new Peak(i * hertzPerBin, heights[i]));
            }
        }
        return peaks;
    }

    private static List<Peak> highest(List<Peak> peaks, int count) {
        return peaks.stream()
                .sorted((left, right) -> Double.compare(right.height, left.height))
                .limit(count)
                .sorted((left, right) -> Double.compare(left.hertz, right.hertz))
                .toList();
    }

    /** The nearest note of the scale that is tuned to A4 = 440 Hz. */
    private static String note(double hertz) {
        int halfTonesAboveA0 = (int) Math.round(12 * Math.log(hertz / 27.5) / Math.log(2));
        return NOTES[Math.floorMod(halfTonesAboveA0, 12)] + Math.floorDiv(halfTonesAboveA0 + 9, 12);
    }

    /** What numpy writes, Java reads. */
    private static void fade(Python python, PythonObject array, BufferView samples) {
        int before = peak(samples);
        python.exec("""
                import numpy as np
                gain = np.linspace(0.75, 0, len(sound))[:, None]
                np.multiply(sound, gain, out=sound, casting="unsafe")
                """, Map.of("sound", array));
        report("fade", "Java's peak is " + peak(samples) + ", and was " + before + " before numpy faded it in place");
        require(peak(samples) < before, "the fade makes the sound softer");
    }

    private static int peak(BufferView samples) {
        int peak = 0;
        for (long frame = 0; frame < samples.shape(0); frame++) {
            peak = Math.max(peak, Math.abs(samples.getInt(frame, 0)));
        }
        return peak;
    }

    /** Memory that numpy holds is not freed. */
    private static void refuse(ExportArena arena) {
        try {
            arena.close();
            require(false, "the arena is open while numpy holds its memory");
        } catch (IllegalStateException refusal) {
            report("refused", refusal.getMessage());
        }
    }

    /** An error crosses with its traceback. */
    private static void fail(Python python, PythonObject array) {
        try {
            python.exec("sound.reshape(7, -1)", Map.of("sound", array));
            require(false, "frames do not divide by 7");
        } catch (PythonException raised) {
            report("raised", raised.type() + ": " + raised.message());
            raised.traceback().lines().forEach(line -> report("", "| " + line));
        }
    }

    private static long address(PythonObject array) {
        return array.attr("ctypes").attr("data").asLong();
    }

    private static void report(String subject, String line) {
        System.out.printf("%-8s %s%n", subject, line);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalStateException("the demo failed; required is: " + rule);
        }
    }
}

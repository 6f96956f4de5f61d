package org.bufferbridge.examples;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * Sound as it lies in a WAV file: frames x channels of 16-bit samples. The channels of a frame lie side by side.
 *
 * <p><b>The rule.</b> One memory has many views, and a view says where its items lie instead of moving them.
 * The whole sound is exported in the file's order. {@link #channel} exports one column of it, whose samples lie a frame
 * apart. The format says if the byte order is not this machine's. A write through one view is seen through all others.
 *
 * <p><b>Lifetime.</b> The memory belongs to an automatic arena. It goes when neither Java nor Python refers to it.
 * {@code releaseBuffer} has nothing to do. Nothing here waits, so Python's lock may be kept ({@link #mayBlock}).
 */
public final class PcmAudio implements BufferExporter {
    private final AudioFormat format;
    private final BufferView samples;

    private PcmAudio(AudioFormat format, BufferView samples) {
        this.format = format;
        this.samples = samples;
    }

    /** The sound in a file: WAV, AIFF or AU, of signed 16-bit samples. */
    public static PcmAudio read(String path) throws IOException, UnsupportedAudioFileException {
        try (AudioInputStream stream = AudioSystem.getAudioInputStream(new File(path))) {
            AudioFormat format = stream.getFormat();
            if (format.getEncoding() != Encoding.PCM_SIGNED || format.getSampleSizeInBits() != Short.SIZE) {
                throw new UnsupportedAudioFileException(format + "; signed samples of 16 bits are required");
            }
            byte[] bytes = stream.readAllBytes();
            MemorySegment memory = Arena.ofAuto().allocate(bytes.length, Short.BYTES);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            ByteOrder order = format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            return new PcmAudio(
                    format,
                    BufferView.of(
                            memory,
                            BufferFormat.INT16.withOrder(order),
                            bytes.length / format.getFrameSize(),
                            format.getChannels()));
        }
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        return samples;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    /** One channel: a buffer of its own over the same memory. */
    public BufferExporter channel(int channel) {
        BufferView column = samples.at(1, channel);
        return request -> column;
    }

    /** The largest distance from silence in a channel. */
    public int peak(int channel) {
        BufferView column = samples.at(1, channel);
        int peak = 0;
        for (long frame = 0; frame < column.itemCount(); frame++) {
            peak = Math.max(peak, Math.abs(column.getInt(frame)));
        }
        return peak;
    }

    /** Writes the sound as it is now to a WAV file. */
    public void save(String path) throws IOException {
        var bytes = new ByteArrayInputStream(samples.toBytes());
        try (AudioInputStream stream = new AudioInputStream(bytes, format, samples.shape(0))) {
            AudioSystem.write(stream, AudioFileFormat.Type.WAVE, new File(path));
        }
    }

    public double framesPerSecond() {
        return format.getFrameRate();
    }

    /** Where the first sample lies. */
    public long address() {
        return samples.memory().address();
    }
}

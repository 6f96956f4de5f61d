package org.bufferbridge.examples;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * An image that is kept compressed. While a consumer has it, it is pixels: rows x columns x channels of unsigned bytes.
 *
 * <p><b>The rule.</b> Memory made for consumers lives from the first export to the last release.
 * {@link #getBuffer} decodes when nothing is out yet. {@link #releaseBuffer} frees when nothing is out any more. In
 * between, all exports show the same pixels. What consumers wrote is encoded again before the pixels go, as PNG, which
 * loses nothing.
 *
 * <p><b>Threads.</b> Any; exports and releases exclude each other. Decoding takes its time, so
 * {@link #mayBlock} stays {@code true}, and Python's other threads run meanwhile.
 */
public final class CompressedImage implements BufferExporter {
    private static final BufferRequest READING = new BufferRequest(BufferRequest.FULL_RO);

    private byte[] compressed;
    private long exports;
    private long decodings;
    private Arena arena; // from the first export to the last release, as are the pixels
    private BufferView pixels;

    private CompressedImage(byte[] compressed) {
        this.compressed = compressed;
    }

    /** The image in a file of any kind that ImageIO reads. */
    public static CompressedImage read(String path) throws IOException {
        return new CompressedImage(Files.readAllBytes(Path.of(path)));
    }

    @Override
    public synchronized BufferView getBuffer(BufferRequest request) {
        if (exports == 0) {
            decode();
        }
        exports++; // last: an image that cannot be decoded is not exported
        return pixels;
    }

    @Override
    public synchronized void releaseBuffer(BufferView view) {
        exports--;
        if (exports > 0) {
            return;
        }
        try {
            encodeChanges();
        } finally {
            pixels = null;
            arena.close();
        }
    }

    private void decode() {
        Arena fresh = Arena.ofShared(); // shared: the release may come on another thread
        try {
            pixels = ImageCodec.decode(compressed, fresh);
        } catch (Throwable e) {
            fresh.close();
            throw e;
        }
        arena = fresh;
        decodings++;
    }

    /**
     * A consumer that writes need not have said so, and numpy does not. So the pixels are compared with what the
     * compressed bytes give. That is exact, and needs no second copy meanwhile.
     */
    private void encodeChanges() {
        try (Arena passing = Arena.ofConfined()) {
            BufferView unchanged = ImageCodec.decode(compressed, passing);
            if (pixels.asSegment().mismatch(unchanged.asSegment()) < 0) {
                return;
            }
        }
        compressed = ImageCodec.encode(pixels);
    }

    /** The mean of a channel. Java is one more consumer here: the pixels stay until it has read them. */
    public double mean(int channel) {
        BufferView view = getBuffer(READING);
        try {
            BufferView samples = view.at(2, channel);
            long sum = 0;
            for (long row = 0; row < samples.shape(0); row++) {
                for (long column = 0; column < samples.shape(1); column++) {
                    sum += samples.getInt(row, column);
                }
            }
            return (double) sum / samples.itemCount();
        } finally {
            releaseBuffer(view);
        }
    }

    /** Writes the pixels as they are now to a PNG file. */
    public void save(String path) throws IOException {
        BufferView view = getBuffer(READING);
        try {
            Files.write(Path.of(path), ImageCodec.encode(view));
        } finally {
            releaseBuffer(view);
        }
    }

    /** Where the pixels are, while they are. */
    public synchronized long address() {
        if (pixels == null) {
            throw new IllegalStateException("the image is compressed: nothing is exported");
        }
        return pixels.memory().address();
    }

    /** Whether there are pixels. */
    public synchronized boolean isDecoded() {
        return pixels != null;
    }

    /** How often it was decoded for a first export. */
    public synchronized long decodings() {
        return decodings;
    }

    /** How many exports are out. */
    public synchronized long exports() {
        return exports;
    }

    public synchronized long compressedByteSize() {
        return compressed.length;
    }
}

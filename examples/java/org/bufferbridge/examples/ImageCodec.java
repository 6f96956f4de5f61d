package org.bufferbridge.examples;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;

/**
 * Compressed images to pixels and back. Pixels are rows x columns x channels of unsigned bytes. Gray has one channel;
 * red, green and blue are three, and alpha is a fourth.
 */
final class ImageCodec {
    private ImageCodec() {}

    static BufferView decode(byte[] compressed, SegmentAllocator allocator) {
        BufferedImage image = bytesPerChannel(read(compressed));
        WritableRaster raster = image.getRaster();
        int rows = image.getHeight();
        int columns = image.getWidth();
        int channels = raster.getNumBands();
        MemorySegment memory = allocator.allocate((long) rows * columns * channels);
        int[] samples = new int[columns * channels];
        long byteOffset = 0;
        for (int row = 0; row < rows; row++) {
            raster.getPixels(0, row, columns, 1, samples);
            for (int sample : samples) {
                memory.set(ValueLayout.JAVA_BYTE, byteOffset++, (byte) sample);
            }
        }
        return BufferView.of(memory, BufferFormat.UINT8, rows, columns, channels);
    }

    /** As PNG. */
    static byte[] encode(BufferView pixels) {
        int columns = Math.toIntExact(pixels.shape(1));
        int channels = Math.toIntExact(pixels.shape(2));
        BufferedImage image = new BufferedImage(columns, Math.toIntExact(pixels.shape(0)), typeOf(channels));
        int[] samples = new int[columns * channels];
        pixels.reshape(image.getHeight(), samples.length).forEachRow((line, first) -> {
            for (int i = 0; i < samples.length; i++) {
                samples[i] = Byte.toUnsignedInt(line.get(ValueLayout.JAVA_BYTE, i));
            }
            image.getRaster().setPixels(0, Math.toIntExact(first / samples.length), columns, 1, samples);
        });
        return write(image);
    }

    private static int typeOf(int channels) {
        return switch (channels) {
            case 1 -> BufferedImage.TYPE_BYTE_GRAY;
            case 3 -> BufferedImage.TYPE_3BYTE_BGR;
            case 4 -> BufferedImage.TYPE_4BYTE_ABGR;
            default -> throw new IllegalArgumentException(channels + " channels; 1, 3 or 4 are required");
        };
    }

    /** The image itself if it is gray or colors of 8 bits; palettes and other depths are drawn as such. */
    private static BufferedImage bytesPerChannel(BufferedImage image) {
        int channels = image.getRaster().getNumBands();
        boolean areBytes = Arrays.stream(image.getSampleModel().getSampleSize()).allMatch(bits -> bits == 8);
        if (areBytes && image.getColorModel() instanceof ComponentColorModel && channels != 2) {
            return image;
        }
        BufferedImage drawn = new BufferedImage(
                image.getWidth(),
                image.getHeight(),
                typeOf(image.getColorModel().hasAlpha() ? 4 : 3));
        Graphics2D graphics = drawn.createGraphics();
        graphics.drawImage(image, 0, 0, null);
        graphics.dispose();
        return drawn;
    }

    private static BufferedImage read(byte[] compressed) {
        try {
            var input = new MemoryCacheImageInputStream(new ByteArrayInputStream(compressed));
            BufferedImage image = ImageIO.read(input);
            if (image == null) {
                throw new IllegalArgumentException(
                        "no image in the " + compressed.length + " bytes; one that ImageIO reads is required");
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] write(BufferedImage image) {
        var bytes = new ByteArrayOutputStream();
        try (var output = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray(); // after the close, which flushes
    }
}

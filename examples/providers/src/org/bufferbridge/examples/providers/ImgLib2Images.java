package org.bufferbridge.examples.providers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.imglib2.Dimensions;
import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.NativeImg;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.array.ArrayImgFactory;
import net.imglib2.img.basictypeaccess.array.ArrayDataAccess;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.type.NativeType;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.complex.ComplexDoubleType;
import net.imglib2.type.numeric.complex.ComplexFloatType;
import net.imglib2.type.numeric.integer.ByteType;
import net.imglib2.type.numeric.integer.IntType;
import net.imglib2.type.numeric.integer.LongType;
import net.imglib2.type.numeric.integer.ShortType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedIntType;
import net.imglib2.type.numeric.integer.UnsignedLongType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.DoubleType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.ImgUtil;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferExporterProvider;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferView;
import org.bufferbridge.Buffers;

/**
 * Images of ImgLib2. An {@code ArrayImg} has all pixels in one Java array or NIO buffer, and Python gets that memory.
 * ImgLib2 counts dimensions from the fastest, x first; numpy's shape begins with the slowest. So an image of x, y, z is
 * an array of shape z, y, x.
 *
 * <p>The storage of an {@code ArrayImg} never changes, so one view serves all exports. Any thread may call all methods.
 */
public final class ImgLib2Images implements BufferExporterProvider {
    private static final Map<Class<?>, BufferFormat> FORMATS = Map.ofEntries(
            Map.entry(ByteType.class, BufferFormat.INT8),
            Map.entry(UnsignedByteType.class, BufferFormat.UINT8),
            Map.entry(ShortType.class, BufferFormat.INT16),
            Map.entry(UnsignedShortType.class, BufferFormat.UINT16),
            Map.entry(IntType.class, BufferFormat.INT32),
            Map.entry(UnsignedIntType.class, BufferFormat.UINT32),
            Map.entry(ARGBType.class, BufferFormat.UINT32),
            Map.entry(LongType.class, BufferFormat.INT64),
            Map.entry(UnsignedLongType.class, BufferFormat.UINT64),
            Map.entry(FloatType.class, BufferFormat.FLOAT32),
            Map.entry(DoubleType.class, BufferFormat.FLOAT64),
            Map.entry(ComplexFloatType.class, BufferFormat.COMPLEX64),
            Map.entry(ComplexDoubleType.class, BufferFormat.COMPLEX128));

    @Override
    public Class<?> type() {
        return NativeImg.class;
    }

    @Override
    public BufferExporter exporterFor(Object object) {
        return switch (object) {
            case ArrayImg<?, ?> image -> Buffers.exporter(viewOf(image));
            case PlanarImg<?, ?> image ->
                throw new BufferException("each of the " + image.numSlices() + " planes of a PlanarImg is an array of"
                        + " its own; ImgLib2Images.planes(image) is a list of them, ImgLib2Images.copyOf(image) an"
                        + " ArrayImg");
            default ->
                throw new BufferException("a " + object.getClass().getSimpleName()
                        + " has its pixels in many arrays, an ArrayImg in one; ImgLib2Images.copyOf(image) is an"
                        + " ArrayImg");
        };
    }

    /**
     * The pixels of an image.
     *
     * @throws BufferException if the pixels are not whole items, such as those of {@code BitType}, or lie neither in an
     *                         array nor in an NIO buffer
     */
    public static BufferView viewOf(ArrayImg<?, ?> image) {
        return view(image.update(null), formatOf(image), shapeOf(image, image.numDimensions()));
    }

    /** The planes of an image, x and y, each with the memory that the image has; they change together. */
    public static List<BufferView> planes(PlanarImg<?, ?> image) {
        BufferFormat format = formatOf(image);
        List<BufferView> planes = new ArrayList<>();
        for (int i = 0; i < image.numSlices(); i++) {
            planes.add(view(image.getPlane(i), format, shapeOf(image, 2)));
        }
        return planes;
    }

    /** A copy of any image or view of one, as an {@code ArrayImg}. ImgLib2 copies with the threads of its own pool. */
    public static <T extends NativeType<T>> ArrayImg<T, ?> copyOf(RandomAccessibleInterval<T> image) {
        ArrayImg<T, ?> copy = new ArrayImgFactory<>(image.getType()).create((Dimensions) image);
        ImgUtil.copy(image, copy);
        return copy;
    }

    private static BufferFormat formatOf(NativeImg<?, ?> image) {
        Object type = image.createLinkedType();
        BufferFormat format = FORMATS.get(type.getClass());
        if (format == null) {
            throw new BufferException("pixels of the type " + type.getClass().getSimpleName()
                    + "; a type of whole bytes is required, such as UnsignedByteType. Converters.convert(image,"
                    + " converter, type) is an image of it, and ImgLib2Images.copyOf() stores that");
        }
        return format;
    }

    private static BufferView view(Object access, BufferFormat format, long[] shape) {
        if (!(access instanceof ArrayDataAccess<?> data)) {
            throw new BufferException("pixels in a " + access.getClass().getName()
                    + "; an array or an NIO buffer is required, which an ArrayDataAccess has");
        }
        return BufferView.of(Buffers.viewOf(data.getCurrentStorageArray()).memory(), format, shape);
    }

    private static long[] shapeOf(Interval image, int dimensions) {
        long[] shape = new long[dimensions];
        for (int d = 0; d < dimensions; d++) {
            shape[dimensions - 1 - d] = d < image.numDimensions() ? image.dimension(d) : 1;
        }
        return shape;
    }
}

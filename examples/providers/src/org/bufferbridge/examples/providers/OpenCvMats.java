package org.bufferbridge.examples.providers;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.bufferbridge.BufferException;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferExporterProvider;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Range;

/**
 * OpenCV's matrices and pictures, of any number of dimensions, and parts of them. Channels are the last dimension.
 *
 * <p>OpenCV counts references to the data of a {@code Mat}. Each export has a {@code Mat} of its own with the same
 * data, and so one reference. {@code release()} and {@code create()} of the exported {@code Mat} give up its reference
 * only. Consumers keep the memory as it was, and later exports show the new one. What nobody counts is not guarded: a
 * {@code Mat} over a {@code ByteBuffer} ends with that buffer.
 *
 * <p>Any thread may export. As everywhere in OpenCV, no other thread may change the {@code Mat} itself meanwhile.
 */
public final class OpenCvMats implements BufferExporterProvider {
    private static final Map<Integer, BufferFormat> FORMATS = Map.of(
            CvType.CV_8U, BufferFormat.UINT8,
            CvType.CV_8S, BufferFormat.INT8,
            CvType.CV_16U, BufferFormat.UINT16,
            CvType.CV_16S, BufferFormat.INT16,
            CvType.CV_32S, BufferFormat.INT32,
            CvType.CV_32F, BufferFormat.FLOAT32,
            CvType.CV_64F, BufferFormat.FLOAT64,
            CvType.CV_16F, BufferFormat.FLOAT16);

    @Override
    public Class<?> type() {
        return Mat.class;
    }

    @Override
    public BufferExporter exporterFor(Object object) {
        return new Counted((Mat) object);
    }

    private static final class Counted implements BufferExporter {
        private final Mat mat;
        private final Map<BufferView, Mat> out = new IdentityHashMap<>();

        Counted(Mat mat) {
            this.mat = mat;
        }

        @Override
        public synchronized BufferView getBuffer(BufferRequest request) {
            if (mat.empty()) {
                throw new BufferException(
                        "the Mat has no data: it is empty, or was released; a Mat with data is" + " required");
            }
            Range[] all = new Range[mat.dims()];
            Arrays.fill(all, Range.all());
            Mat reference = new Mat(mat, all);
            try {
                BufferView view = viewOf(reference);
                out.put(view, reference);
                return view;
            } catch (Throwable refusal) {
                reference.release();
                throw refusal;
            }
        }

        @Override
        public synchronized void releaseBuffer(BufferView view) {
            out.remove(view).release();
        }
    }

    private static BufferView viewOf(Mat mat) {
        BufferFormat format = FORMATS.get(mat.depth());
        if (format == null) {
            throw new BufferException(
                    "items of the depth " + mat.depth() + "; one of " + FORMATS.keySet() + " is required");
        }
        int dimensions = mat.dims() + (mat.channels() > 1 ? 1 : 0);
        long[] shape = new long[dimensions];
        long[] strides = new long[dimensions];
        Arrays.fill(shape, mat.channels());
        Arrays.fill(strides, mat.elemSize1());
        long byteSize = mat.elemSize();
        for (int d = 0; d < mat.dims(); d++) {
            shape[d] = mat.size(d);
            strides[d] = d == mat.dims() - 1 ? mat.elemSize() : mat.step1(d) * mat.elemSize1();
            byteSize += (shape[d] - 1) * strides[d];
        }
        MemorySegment memory = MemorySegment.ofAddress(mat.dataAddr()).reinterpret(byteSize);
        return BufferView.strided(memory, format, shape, strides, 0);
    }
}

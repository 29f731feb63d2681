package org.batchmill.video;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2HSV_FULL;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2YUV;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A decoded image to the three bytes a pixel that were asked for. Crop, resize and colour are one pass of swscale straight from
 * the decoder's planes; a file that is shown rotated has its small result turned afterwards. swscale's bilinear filter widens with
 * the reduction, so that downscaling averages. Used by one thread at a time.
 */
final class FrameConverter implements AutoCloseable {

    /** The exact rounding and chroma that swscale has as well cost twice the time at 66 x 200, for a grey level or two. */
    static final int FLAGS = swscale.SWS_BILINEAR;

    private static final int UNIT = 1 << 16;

    private final FrameShape shape;
    private final int rotation;
    private final FramePool pool;
    private final Interlaced interlaced;
    private final IntPointer targetStride = new IntPointer(4);
    private final PointerPointer<BytePointer> target = new PointerPointer<>(4);
    private SwsContext scaler;
    private SwsContext preparer;
    /** Null where the conversion is one step, {@link #scaler}. */
    private ScaledPlanes planes;

    private Layout configuredFor;
    private BytePointer region;
    private long regionBytes;

    FrameConverter(FrameShape shape, int rotation, FramePool pool, Interlaced interlaced) {
        this.shape = shape;
        this.rotation = rotation;
        this.pool = pool;
        this.interlaced = interlaced;
    }

    /**
     * Where the crop lies in the stored image.
     *
     * @param x      left column
     * @param y      top row
     * @param width  columns
     * @param height rows
     */
    private record Region(int x, int y, int width, int height) {}

    /** What of an image decides how it is converted. */
    private record Layout(int width, int height, int format, int colorSpace, int colorRange, boolean field) {}

    /**
     * Makes the frame; the image's planes may be reused afterwards.
     *
     * @param wanted whether it is to have pixels; what is wrong with the image is found without them, too
     */
    VideoFrame convert(AVFrame image, long number, long timeMicros, boolean wanted, String where) throws DataException {
        boolean fields = (image.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
        if (fields && interlaced == Interlaced.REFUSE) {
            throw new DataException(Kind.UNSUPPORTED, where, "is interlaced");
        }
        boolean turned = rotation % 180 != 0;
        int shownWidth = turned ? image.height() : image.width();
        int shownHeight = turned ? image.width() : image.height();
        int right = shape.right() == 0 ? shownWidth : shape.right();
        int bottom = shape.bottom() == 0 ? shownHeight : shape.bottom();
        if (right > shownWidth || bottom > shownHeight) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    where,
                    "the crop ends at column " + right + ", row " + bottom + ", the frame is " + shownWidth + " x "
                            + shownHeight);
        }
        int width = shape.outputWidth(shownWidth);
        int height = shape.outputHeight(shownHeight);
        if (!wanted) {
            return new VideoFrame(null, number, timeMicros, height, width, fields);
        }
        Region stored = stored(right, bottom, image.width(), image.height());
        FramePool.Block block = pool.take(Math.multiplyExact(Math.multiplyExact(width, height), 3));
        boolean done = false;
        try {
            if (rotation == 0) {
                scale(image, stored, block.memory(), width, height, where);
            } else {
                FramePool.Block lying = pool.take(width * height * 3);
                try {
                    scale(image, stored, lying.memory(), turned ? height : width, turned ? width : height, where);
                    turn(lying.memory(), block.memory(), width, height);
                } finally {
                    lying.release();
                }
            }
            recolour(block.memory(), width, height);
            done = true;
            return new VideoFrame(block, number, timeMicros, height, width, fields);
        } finally {
            if (!done) {
                block.release();
            }
        }
    }

    /** The crop, given in the frame as shown, in the image as stored. */
    private Region stored(int right, int bottom, int storedWidth, int storedHeight) {
        int w = right - shape.left();
        int h = bottom - shape.top();
        return switch (rotation) {
            case 90 -> new Region(shape.top(), storedHeight - right, h, w);
            case 180 -> new Region(storedWidth - right, storedHeight - bottom, w, h);
            case 270 -> new Region(storedWidth - bottom, shape.left(), h, w);
            default -> new Region(shape.left(), shape.top(), w, h);
        };
    }

    private void scale(AVFrame image, Region part, BytePointer out, int width, int height, String where)
            throws DataException {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(image.format());
        int chromaX = format.log2_chroma_w() & 0xff;
        int chromaY = format.log2_chroma_h() & 0xff;
        // Chroma planes cannot be entered at half a sample: begin at a whole one, and cut the rest off behind the
        // conversion.
        boolean field = interlaced == Interlaced.ONE_FIELD && (image.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
        int x = part.x() >> chromaX << chromaX;
        // A field is spread over the whole frame first: cutting comes then.
        int y = field ? 0 : part.y() >> chromaY << chromaY;
        Layout layout = new Layout(
                image.width(), image.height(), image.format(), image.colorspace(), image.color_range(), field);
        boolean anew = !layout.equals(configuredFor);
        configuredFor = layout;
        if (!field && x == part.x() && y == part.y()) {
            if (anew) {
                prepare(image, part, width, height, where);
            }
            if (planes == null) {
                run(scaler, image, x, y, part.height(), out, width);
            } else {
                enter(image, x, y);
                aim(out, width);
                planes.convert(image, part.height(), target, targetStride);
            }
            return;
        }
        int wide = part.x() - x + part.width();
        int high = field ? image.height() : part.y() - y + part.height();
        int rows = field ? (high + 1) / 2 : high;
        int stride = wide * 3;
        if (regionBytes < (long) stride * high) {
            avutil.av_free(region);
            regionBytes = (long) stride * high;
            region = new BytePointer(avutil.av_malloc(regionBytes + 64));
        }
        if (anew) {
            preparer = scaler(preparer, wide, rows, image, wide, high, where);
            swscale.sws_freeContext(scaler);
            scaler = opened(part.width(), part.height(), outputFormat(), width, height, outputFormat(), FLAGS, where);
        }
        run(preparer, field ? firstField(image) : image, x, y, rows, region, wide);
        long offset = (long) (part.y() - y) * stride + (part.x() - x) * 3L;
        try (PointerPointer<BytePointer> source = new PointerPointer<>(4);
                IntPointer sourceStride = new IntPointer(stride, 0, 0, 0)) {
            source.put(0, new BytePointer(region).position(offset));
            aim(out, width);
            swscale.sws_scale(scaler, source, sourceStride, 0, part.height(), target, targetStride);
        }
    }

    /** For whole samples of all planes: in one step, or in the two that are faster where they give the same. */
    private void prepare(AVFrame image, Region part, int width, int height, String where) throws DataException {
        if (planes != null) {
            planes.close();
            planes = null;
        }
        if (ScaledPlanes.fit(part.height(), image.format(), width, height, outputFormat())) {
            planes = ScaledPlanes.of(image, part.width(), part.height(), width, height, where);
        } else {
            scaler = scaler(scaler, part.width(), part.height(), image, width, height, where);
        }
    }

    private void run(SwsContext context, AVFrame image, int x, int y, int rows, BytePointer out, int width) {
        enter(image, x, y);
        aim(out, width);
        swscale.sws_scale(context, image.data(), image.linesize(), 0, rows, target, targetStride);
    }

    /** Every other line: strides twice as long. */
    private static AVFrame firstField(AVFrame image) {
        for (int plane = 0; plane < 4; plane++) {
            image.linesize(plane, 2 * image.linesize(plane));
        }
        return image.height((image.height() + 1) / 2);
    }

    /** Lets the planes begin there. */
    private static void enter(AVFrame image, int x, int y) {
        image.crop_left(x).crop_top(y).crop_right(0).crop_bottom(0);
        avutil.av_frame_apply_cropping(image, avutil.AV_FRAME_CROP_UNALIGNED);
    }

    private void aim(BytePointer out, int width) {
        target.put(0, out).put(1, null).put(2, null).put(3, null);
        targetStride.put(0, width * 3).put(1, 0).put(2, 0).put(3, 0);
    }

    private SwsContext scaler(
            SwsContext old, int fromWidth, int fromHeight, AVFrame image, int width, int height, String where)
            throws DataException {
        swscale.sws_freeContext(old);
        SwsContext context = opened(fromWidth, fromHeight, image.format(), width, height, outputFormat(), FLAGS, where);
        colours(context, image, swscale.SWS_CS_DEFAULT, 1);
        return context;
    }

    /** Says what the image's numbers mean, and what those of the result are to: its matrix, and whether it has the full range. */
    static void colours(SwsContext context, AVFrame image, int space, int fullRange) {
        swscale.sws_setColorspaceDetails(
                context,
                swscale.sws_getCoefficients(colorSpace(image)),
                fullRange(image),
                swscale.sws_getCoefficients(space),
                fullRange,
                0,
                UNIT,
                UNIT);
    }

    static int colorSpace(AVFrame image) {
        return image.colorspace() == avutil.AVCOL_SPC_UNSPECIFIED ? swscale.SWS_CS_DEFAULT : image.colorspace();
    }

    static int fullRange(AVFrame image) {
        return image.color_range() == avutil.AVCOL_RANGE_JPEG ? 1 : 0;
    }

    static SwsContext opened(
            int fromWidth, int fromHeight, int from, int width, int height, int to, int flags, String where)
            throws DataException {
        SwsContext context = swscale.sws_getContext(
                fromWidth, fromHeight, from, width, height, to, flags, null, null, (DoublePointer) null);
        if (context == null || context.isNull()) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    where,
                    "no conversion from pixel format "
                            + avutil.av_get_pix_fmt_name(from).getString() + " at " + fromWidth + " x " + fromHeight);
        }
        return context;
    }

    private int outputFormat() {
        return shape.order() == PixelOrder.BGR ? avutil.AV_PIX_FMT_BGR24 : avutil.AV_PIX_FMT_RGB24;
    }

    /** Turns clockwise by the rotation; {@code width} and {@code height} are those of the result. */
    private void turn(BytePointer from, BytePointer to, int width, int height) {
        boolean turned = rotation % 180 != 0;
        try (Mat source = new Mat(turned ? width : height, turned ? height : width, opencv_core.CV_8UC3, from);
                Mat result = new Mat(height, width, opencv_core.CV_8UC3, to)) {
            int code = rotation == 90
                    ? opencv_core.ROTATE_90_CLOCKWISE
                    : rotation == 180 ? opencv_core.ROTATE_180 : opencv_core.ROTATE_90_COUNTERCLOCKWISE;
            opencv_core.rotate(source, result, code);
        }
    }

    private void recolour(BytePointer pixels, int width, int height) {
        if (shape.order() == PixelOrder.YUV || shape.order() == PixelOrder.HSV) {
            try (Mat image = new Mat(height, width, opencv_core.CV_8UC3, pixels)) {
                cvtColor(image, image, shape.order() == PixelOrder.YUV ? COLOR_RGB2YUV : COLOR_RGB2HSV_FULL);
            }
        }
    }

    @Override
    public void close() {
        swscale.sws_freeContext(scaler);
        swscale.sws_freeContext(preparer);
        if (planes != null) {
            planes.close();
        }
        avutil.av_free(region);
        target.deallocate();
        targetStride.deallocate();
    }
}

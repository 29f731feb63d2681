package org.batchmill.video;

import org.batchmill.records.DataException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * swscale's resize to RGB in two steps, planes of the result's size and then its colours. To the bit the same as in one step where rows become fewer
 * and columns are even, in two thirds of the time: in one step swscale adds up the rows of each pixel by itself, in two with vector instructions.
 * Of one layout of images; used by one thread at a time.
 */
final class ScaledPlanes implements AutoCloseable {

    /** Exact sums: those of the step that does both are. */
    private static final int FLAGS = FrameConverter.FLAGS | swscale.SWS_ACCURATE_RND;

    private final SwsContext resize;
    private final SwsContext colours;
    private final AVFrame planes = avutil.av_frame_alloc();

    private ScaledPlanes(SwsContext resize, SwsContext colours, int width, int height) {
        this.resize = resize;
        this.colours = colours;
        planes.width(width).height(height).format(avutil.AV_PIX_FMT_YUV422P);
        if (avutil.av_frame_get_buffer(planes, 0) < 0) {
            throw new OutOfMemoryError("no " + width + " x " + height + " pixels for a video frame");
        }
    }

    /**
     * Whether the two steps give what one gives.
     *
     * @param format       of the image
     * @param outputFormat of the result
     */
    static boolean fit(int fromHeight, int format, int width, int height, int outputFormat) {
        boolean planar = format == avutil.AV_PIX_FMT_YUV420P
                || format == avutil.AV_PIX_FMT_YUVJ420P
                || format == avutil.AV_PIX_FMT_YUV422P
                || format == avutil.AV_PIX_FMT_YUVJ422P;
        // Of two rows or fewer swscale makes a pixel in another way, which rounds otherwise: a result nearly as high is
        // left to it.
        boolean lower = 8L * height <= 7L * fromHeight;
        return planar && lower && width % 2 == 0 && outputFormat == avutil.AV_PIX_FMT_RGB24;
    }

    /**
     * The steps for a part of such images.
     *
     * @param image one of them
     * @param where how errors name it
     */
    static ScaledPlanes of(AVFrame image, int fromWidth, int fromHeight, int width, int height, String where)
            throws DataException {
        int planes = avutil.AV_PIX_FMT_YUV422P;
        SwsContext resize =
                FrameConverter.opened(fromWidth, fromHeight, image.format(), width, height, planes, FLAGS, where);
        SwsContext colours =
                FrameConverter.opened(width, height, planes, width, height, avutil.AV_PIX_FMT_RGB24, FLAGS, where);
        int space = FrameConverter.colorSpace(image);
        int fullRange = FrameConverter.fullRange(image);
        FrameConverter.colours(resize, image, space, fullRange);
        FrameConverter.colours(colours, image, swscale.SWS_CS_DEFAULT, 1);
        return new ScaledPlanes(resize, colours, width, height);
    }

    /** Converts the part of an image, {@code rows} high, at which its planes begin. */
    void convert(AVFrame image, int rows, PointerPointer<BytePointer> target, IntPointer targetStride) {
        swscale.sws_scale(resize, image.data(), image.linesize(), 0, rows, planes.data(), planes.linesize());
        swscale.sws_scale(colours, planes.data(), planes.linesize(), 0, planes.height(), target, targetStride);
    }

    @Override
    public void close() {
        swscale.sws_freeContext(resize);
        swscale.sws_freeContext(colours);
        avutil.av_frame_free(planes);
    }
}

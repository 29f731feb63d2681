package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.batchmill.testing.Seed;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScaledPlanesTest {

    private static final List<Integer> FORMATS = List.of(
            avutil.AV_PIX_FMT_YUV420P,
            avutil.AV_PIX_FMT_YUV422P,
            avutil.AV_PIX_FMT_YUVJ420P,
            avutil.AV_PIX_FMT_YUVJ422P,
            avutil.AV_PIX_FMT_YUV444P);

    private final SplittableRandom random = new SplittableRandom(Seed.of(this));

    @BeforeAll
    static void load() throws Exception {
        Ffmpeg.require();
    }

    @Test
    void shouldGiveToTheBitWhatOneStepGivesWhereverItIsUsed() throws Exception {
        int compared = 0;
        while (compared < 300) {
            int format = FORMATS.get(random.nextInt(FORMATS.size()));
            int fromWidth = 16 + random.nextInt(400);
            int fromHeight = 16 + random.nextInt(240);
            int width = 8 + random.nextInt(300);
            int height = 8 + random.nextInt(240);
            if (ScaledPlanes.fit(fromHeight, format, width, height, avutil.AV_PIX_FMT_RGB24)) {
                compare(fromWidth, fromHeight, format, width, height);
                compared++;
            }
        }
    }

    private void compare(int fromWidth, int fromHeight, int format, int width, int height) throws Exception {
        String what = fromWidth + " x " + fromHeight + " "
                + avutil.av_get_pix_fmt_name(format).getString() + " to " + width + " x " + height;
        try (AVFrame image = noise(fromWidth, fromHeight, format);
                ScaledPlanes planes = ScaledPlanes.of(image, fromWidth, fromHeight, width, height, what)) {
            SwsContext one = FrameConverter.opened(
                    fromWidth, fromHeight, format, width, height, avutil.AV_PIX_FMT_RGB24, FrameConverter.FLAGS, what);
            FrameConverter.colours(one, image, swscale.SWS_CS_DEFAULT, 1);
            byte[] expected = converted(
                    width,
                    height,
                    (target, stride) ->
                            swscale.sws_scale(one, image.data(), image.linesize(), 0, fromHeight, target, stride));
            byte[] actual =
                    converted(width, height, (target, stride) -> planes.convert(image, fromHeight, target, stride));
            assertThat(actual).as(what).isEqualTo(expected);
            swscale.sws_freeContext(one);
            avutil.av_frame_free(image);
        }
    }

    private AVFrame noise(int width, int height, int format) {
        AVFrame image = avutil.av_frame_alloc();
        image.width(width).height(height).format(format);
        image.colorspace(random.nextBoolean() ? avutil.AVCOL_SPC_BT709 : avutil.AVCOL_SPC_UNSPECIFIED);
        image.color_range(random.nextBoolean() ? avutil.AVCOL_RANGE_JPEG : avutil.AVCOL_RANGE_MPEG);
        assertThat(avutil.av_frame_get_buffer(image, 0)).isZero();
        int chromaRows = -(-height >> avutil.av_pix_fmt_desc_get(format).log2_chroma_h());
        for (int plane = 0; plane < 3; plane++) {
            byte[] bytes = new byte[image.linesize(plane) * (plane == 0 ? height : chromaRows)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt();
            }
            image.data(plane).put(bytes, 0, bytes.length);
        }
        return image;
    }

    private interface Conversion {
        void into(PointerPointer<BytePointer> target, IntPointer stride);
    }

    private static byte[] converted(int width, int height, Conversion conversion) {
        byte[] pixels = new byte[width * height * 3];
        try (BytePointer memory = new BytePointer(pixels.length + 64);
                PointerPointer<BytePointer> target = new PointerPointer<>(4);
                IntPointer stride = new IntPointer(width * 3, 0, 0, 0)) {
            target.put(0, memory).put(1, null).put(2, null).put(3, null);
            conversion.into(target, stride);
            memory.get(pixels);
        }
        return pixels;
    }
}

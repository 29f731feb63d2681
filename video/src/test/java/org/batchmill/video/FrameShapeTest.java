package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On lossless video, so that pixels can be compared. */
class FrameShapeTest {

    private static final int HEIGHT = 24;
    private static final int WIDTH = 36;

    @TempDir
    Path folder;

    /** Every pixel tells where it is. */
    private static ByteBuffer gradient() {
        ByteBuffer pixels = ByteBuffer.allocate(HEIGHT * WIDTH * 3);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                pixels.put((byte) (x * 7)).put((byte) (y * 10)).put((byte) (x + y));
            }
        }
        return pixels.flip();
    }

    private Path lossless(int rotation) throws Exception {
        Path file = folder.resolve("lossless.mkv");
        WriterOptions options = WriterOptions.at(10).codec(VideoCodec.FFV1).rotation(rotation);
        try (VideoWriter writer = VideoWriter.create(file, HEIGHT, WIDTH, options)) {
            writer.write(gradient());
            writer.finish();
        }
        return file;
    }

    private static VideoFrame first(Path file, FrameShape shape) throws Exception {
        try (VideoReader reader = VideoReader.open(file, VideoOptions.DEFAULT.shape(shape))) {
            return reader.next();
        }
    }

    private static int at(VideoFrame frame, int y, int x, int channel) {
        return frame.pixels().get((y * frame.width() + x) * 3 + channel) & 0xff;
    }

    @Test
    void shouldKeepEveryBitOfALosslessVideo() throws Exception {
        try (VideoFrame frame = first(lossless(0), FrameShape.WHOLE)) {
            assertThat(frame.pixels()).isEqualTo(gradient());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 24, 0, 36", "3, 20, 5, 31", "1, 2, 0, 36", "4, 24, 7, 8"})
    void shouldCropToTheGivenRowsAndColumns(int top, int bottom, int left, int right) throws Exception {
        try (VideoFrame frame =
                first(lossless(0), FrameShape.WHOLE.rows(top, bottom).columns(left, right))) {
            assertThat(frame.height()).isEqualTo(bottom - top);
            assertThat(frame.width()).isEqualTo(right - left);
            for (int y = top; y < bottom; y++) {
                for (int x = left; x < right; x++) {
                    assertThat(at(frame, y - top, x - left, 0)).isEqualTo(x * 7 & 0xff);
                    assertThat(at(frame, y - top, x - left, 1)).isEqualTo(y * 10);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {90, 180, 270})
    void shouldTurnFramesAsTheFileSaysAndCropWhatIsShown(int rotation) throws Exception {
        FrameShape shape = FrameShape.WHOLE.rows(2, 20).columns(1, 22);
        try (VideoFrame frame = first(lossless(rotation), shape)) {
            assertThat(frame.height()).isEqualTo(18);
            for (int y = 0; y < 18; y++) {
                for (int x = 0; x < 21; x++) {
                    int shownY = y + 2;
                    int shownX = x + 1;
                    int storedX = rotation == 90 ? shownY : rotation == 180 ? WIDTH - 1 - shownX : WIDTH - 1 - shownY;
                    int storedY = rotation == 90 ? HEIGHT - 1 - shownX : rotation == 180 ? HEIGHT - 1 - shownY : shownX;
                    assertThat(at(frame, y, x, 0)).as("%d,%d", x, y).isEqualTo(storedX * 7 & 0xff);
                    assertThat(at(frame, y, x, 1)).isEqualTo(storedY * 10);
                }
            }
        }
        try (VideoReader reader = VideoReader.open(lossless(rotation))) {
            assertThat(reader.info().rotation()).isEqualTo(rotation);
            assertThat(reader.info().width()).isEqualTo(rotation == 180 ? WIDTH : HEIGHT);
        }
    }

    @Test
    void shouldCropSubsampledColourAtOddPlaces() throws Exception {
        Path file = NumberedFrames.write(folder.resolve("a.mp4"), 1, WriterOptions.at(25));
        try (VideoFrame whole = first(file, FrameShape.WHOLE);
                VideoFrame odd = first(file, FrameShape.WHOLE.rows(7, 40).columns(9, 50))) {
            for (int y = 7; y < 40; y++) {
                for (int x = 10; x < 49; x++) {
                    assertThat(at(odd, y - 7, x - 9, 1)).isCloseTo(at(whole, y, x, 1), within(3));
                }
            }
        }
    }

    private static org.assertj.core.data.Offset<Integer> within(int offset) {
        return org.assertj.core.api.Assertions.within(offset);
    }

    @Test
    void shouldConvertColours() throws Exception {
        Path file = lossless(0);
        try (VideoFrame rgb = first(file, FrameShape.WHOLE);
                VideoFrame bgr = first(file, FrameShape.WHOLE.order(PixelOrder.BGR));
                VideoFrame yuv = first(file, FrameShape.WHOLE.order(PixelOrder.YUV));
                VideoFrame hsv = first(file, FrameShape.WHOLE.order(PixelOrder.HSV))) {
            for (int y = 0; y < HEIGHT; y += 3) {
                for (int x = 0; x < WIDTH; x++) {
                    int r = at(rgb, y, x, 0);
                    int g = at(rgb, y, x, 1);
                    int b = at(rgb, y, x, 2);
                    assertThat(at(bgr, y, x, 0)).isEqualTo(b);
                    assertThat(at(bgr, y, x, 2)).isEqualTo(r);
                    double luma = .299 * r + .587 * g + .114 * b;
                    assertThat((double) at(yuv, y, x, 0)).isBetween(luma - 1, luma + 1);
                    assertThat((double) at(yuv, y, x, 1))
                            .isBetween(.492 * (b - luma) + 126.5, .492 * (b - luma) + 129.5);
                    assertThat(at(hsv, y, x, 2)).isEqualTo(Math.max(r, Math.max(g, b)));
                }
            }
        }
    }

    @Test
    void shouldAverageWhenItReduces() throws Exception {
        try (VideoFrame frame = first(lossless(0), FrameShape.WHOLE.size(6, 9))) {
            assertThat(frame.pixels().remaining()).isEqualTo(6 * 9 * 3);
            assertThat(at(frame, 3, 4, 1)).isBetween(128, 142);
        }
    }

    @Test
    void shouldRefuseACropThatIsNotInTheFrame() throws Exception {
        Path file = lossless(0);
        assertThatThrownBy(() -> first(file, FrameShape.WHOLE.rows(0, HEIGHT + 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("frame 0")
                .hasMessageContaining("36 x 24");
        assertThatThrownBy(() -> FrameShape.WHOLE.rows(5, 5)).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldTakeTheImageStreamWhateverStandsBeforeIt() throws Exception {
        Path file = SharedData.data("photos/test_video.mp4");
        int frames = 0;
        try (VideoReader reader = VideoReader.open(file, VideoOptions.DEFAULT.shape(FrameShape.WHOLE.size(66, 200)))) {
            assertThat(reader.info().codec()).isEqualTo("h264");
            assertThat(reader.info().width()).isEqualTo(1280);
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                frames++;
                frame.close();
            }
        }
        assertThat(frames).isEqualTo(38);
    }

    /** One decoding for what a network sees and for what people look at: each as if it were the only one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 90})
    void shouldMakeTwoOfAFrameThatDoNotDisturbEachOther(int rotation) throws Exception {
        Path file = lossless(rotation);
        FrameShape part = FrameShape.WHOLE.rows(3, 20).columns(5, 22).size(7, 9).order(PixelOrder.HSV);
        FrameShape large = FrameShape.WHOLE.size(2 * HEIGHT, 2 * WIDTH);
        try (VideoReader reader = VideoReader.open(file);
                VideoFrame onlyLarge = first(file, large);
                VideoFrame onlyPart = first(file, part)) {
            reader.shapes(part, large);
            VideoFrame frame = reader.next();
            assertThat(frame.pixels()).isEqualTo(onlyPart.pixels());
            assertThat(frame.second().pixels()).isEqualTo(onlyLarge.pixels());
            assertThat(frame.second().width()).isEqualTo(2 * WIDTH);
            VideoFrame second = frame.second();
            frame.close();
            assertThatThrownBy(second::pixels).isInstanceOf(IllegalStateException.class);
            assertThat(reader.next()).isNull();
            assertThatThrownBy(() -> reader.shapes(part, large)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldNameTheFrameWhoseSecondShapeIsNone() throws Exception {
        try (VideoReader reader = VideoReader.open(lossless(0))) {
            reader.shapes(FrameShape.WHOLE, FrameShape.WHOLE.rows(0, HEIGHT + 1));
            assertThatThrownBy(reader::next)
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("frame 0")
                    .hasMessageContaining("the crop ends at");
        }
    }
}

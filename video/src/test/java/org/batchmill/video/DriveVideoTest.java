package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("concurrent")
class DriveVideoTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"out.mp4, h264", "out.webm, vp9"})
    void shouldWriteEveryFrameInAFormatThatBrowsersPlay(String name, String codec) throws Exception {
        Path video = NumberedFrames.write(folder.resolve("a.mkv"), 12, WriterOptions.at(14));
        Path out = folder.resolve(name);
        assertThat(draw(video, new float[12], out)).isEqualTo(12);
        try (VideoReader reader = VideoReader.open(out)) {
            assertThat(reader.info().codec()).isEqualTo(codec);
            assertThat(reader.info().height()).isGreaterThanOrEqualTo(320);
            assertThat(reader.countFrames()).isEqualTo(12);
        }
    }

    @Test
    void shouldShowTheAngle() throws Exception {
        Path video = NumberedFrames.write(folder.resolve("a.mkv"), 3, WriterOptions.at(14));
        draw(video, new float[] {0, 0, 0}, folder.resolve("straight.mp4"));
        draw(video, new float[] {0, 1, 1}, folder.resolve("right.mp4"));
        try (VideoReader straight = VideoReader.open(folder.resolve("straight.mp4"));
                VideoReader right = VideoReader.open(folder.resolve("right.mp4"))) {
            assertThat(difference(straight, right)).isLessThan(difference(straight, right));
        }
    }

    private static long draw(Path video, float[] predicted, Path out) throws Exception {
        VideoInfo info;
        try (VideoReader reader = VideoReader.open(video)) {
            info = reader.info();
        }
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT.shape(DriveVideo.shape(info)));
                DriveVideo drawn = DriveVideo.create(out, info, null, 1)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                drawn.add(frame, predicted[(int) frame.number()]);
            }
            drawn.finish();
            return drawn.frames();
        }
    }

    private static long difference(VideoReader a, VideoReader b) throws Exception {
        try (VideoFrame x = a.next();
                VideoFrame y = b.next()) {
            long sum = 0;
            for (int i = 0; i < x.pixels().limit(); i++) {
                sum += Math.abs((x.pixels().get(i) & 0xff) - (y.pixels().get(i) & 0xff));
            }
            return sum;
        }
    }
}

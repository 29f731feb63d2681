package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.testing.Await;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("concurrent")
class VideoReaderTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "H264,mp4,0",
        "H264,mkv,0",
        "H264,mov,0",
        "VP9,webm,0",
        "VP9,mkv,0",
        "MPEG4,mp4,0",
        "MPEG4,mp4,2",
        "MPEG4,mkv,2",
        "MPEG4,avi,0",
        "MPEG4,avi,2",
        "FFV1,mkv,0",
        "FFV1,avi,0"
    })
    void shouldGiveTheSameFrameInOrderAndAfterEverySeek(VideoCodec codec, String suffix, int reordered)
            throws Exception {
        int frames = 75;
        Path file = NumberedFrames.write(
                folder.resolve("a." + suffix),
                frames,
                WriterOptions.at(25).codec(codec).keyFrameInterval(12).reorderedFrames(reordered));
        checkEveryFrame(file, frames);
    }

    /**
     * Videos by x264 and x265, which this build of FFmpeg does not hold: three reordered frames between others, which lean on key
     * frames in both directions across the end of a group.
     */
    @ParameterizedTest
    @ValueSource(strings = {"open_gop_x264.mp4", "open_gop_x264.mkv", "open_gop_x265.mp4", "open_gop_x265.mkv"})
    void shouldGiveTheSameFrameInOrderAndAfterEverySeekInOpenGroups(String name) throws Exception {
        checkEveryFrame(Path.of(VideoReaderTest.class.getResource(name).toURI()), 60);
    }

    private void checkEveryFrame(Path file, int frames) throws Exception {
        try (VideoReader reader = VideoReader.open(file)) {
            for (int i = 0; i < frames; i++) {
                expect(reader, i, i * 40_000L);
            }
            assertThat(reader.next()).isNull();
            assertThat(reader.countFrames()).isEqualTo(frames);
            long seed = Seed.of(this);
            RandomGenerator random = Seed.random(seed);
            for (int i = 0; i < 40; i++) {
                int frame = random.nextInt(frames);
                reader.seek(frame);
                expect(reader, frame, frame * 40_000L);
                if (frame + 1 < frames) {
                    expect(reader, frame + 1, (frame + 1) * 40_000L);
                }
                reader.seekTime(frame * 40_000L + 39_000);
                expect(reader, frame, frame * 40_000L);
            }
            reader.seek(frames);
            assertThat(reader.next()).isNull();
            reader.seek(0);
            expect(reader, 0, 0);
        }
    }

    private static void expect(VideoReader reader, int number, long micros) throws IOException, InterruptedException {
        try (VideoFrame frame = reader.next()) {
            assertThat(frame).as("frame %d", number).isNotNull();
            assertThat(frame.number()).isEqualTo(number);
            assertThat(NumberedFrames.read(frame))
                    .as("what frame %d shows", number)
                    .isEqualTo(NumberedFrames.code(number));
            assertThat(frame.timeMicros()).isBetween(micros - 600, micros + 600);
        }
    }

    @Test
    void shouldConvertOnlyTheFramesThatAreWanted() throws Exception {
        Path file = NumberedFrames.write(
                folder.resolve("wanted.mp4"), 30, WriterOptions.at(25).keyFrameInterval(12));
        try (VideoReader reader = VideoReader.open(file)) {
            reader.convertOnly(number -> number % 3 == 0);
            for (int from : new int[] {0, 7}) {
                reader.seek(from);
                for (int i = from; i < 30; i++) {
                    if (i % 3 == 0) {
                        expect(reader, i, i * 40_000L);
                    } else {
                        try (VideoFrame frame = reader.next()) {
                            assertThat(frame.number()).isEqualTo(i);
                            assertThat(frame.width()).isEqualTo(NumberedFrames.WIDTH);
                            assertThatIllegalStateException()
                                    .isThrownBy(frame::pixels)
                                    .withMessage("frame " + i + " was not to be converted");
                        }
                    }
                }
                assertThat(reader.next()).isNull();
            }
        }
    }

    @Test
    void shouldKeepTheTimesOfVariableFrameRates() throws Exception {
        Path file = folder.resolve("variable.mp4");
        long[] times = {0, 33_000, 133_000, 134_000, 500_000, 1_500_000};
        try (VideoWriter writer =
                VideoWriter.create(file, NumberedFrames.HEIGHT, NumberedFrames.WIDTH, WriterOptions.at(30))) {
            for (int i = 0; i < times.length; i++) {
                writer.writeAt(NumberedFrames.draw(i), times[i]);
            }
            writer.finish();
        }
        try (VideoReader reader = VideoReader.open(file)) {
            for (int i = 0; i < times.length; i++) {
                try (VideoFrame frame = reader.next()) {
                    assertThat(frame.timeMicros()).isEqualTo(times[i]);
                }
            }
            assertThat(reader.next()).isNull();
            reader.seekTime(133_999);
            try (VideoFrame frame = reader.next()) {
                assertThat(NumberedFrames.read(frame)).isEqualTo(2);
            }
            reader.seekTime(1_000_000);
            try (VideoFrame frame = reader.next()) {
                assertThat(frame.number()).isEqualTo(4);
            }
        }
    }

    @Test
    void shouldTellOfAFileWithoutThreads() throws Exception {
        Path file = NumberedFrames.write(
                folder.resolve("asked.mp4"), 30, WriterOptions.at(25).keyFrameInterval(12));
        try (VideoReader reader = VideoReader.open(file)) {
            assertThat(reader.info().width()).isPositive();
            assertThat(reader.countFrames()).isEqualTo(30);
            assertThat(reader.frameTimes()).hasSize(30);
            assertThat(reader.keyFrames()).containsExactly(0, 12, 24);
            reader.seek(30);
            assertThat(reader.next()).isNull();
            Await.until("the end of whoever opened it", () -> threadsOf(file).isEmpty());
            reader.seek(29);
            expect(reader, 29, 29 * 40_000L);
            assertThat(threadsOf(file)).hasSize(3);
        }
        assertThat(threadsOf(file)).isEmpty();
        for (int i = 0; i < 3; i++) {
            VideoReader.open(file).close();
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(descriptor -> leadsTo(descriptor, file))).isEmpty();
        }
    }

    private static List<String> threadsOf(Path file) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.endsWith(file.toString()))
                .toList();
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}

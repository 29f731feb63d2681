package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several frames wait for the encoder, in memory of the writer's. */
@Tag("concurrent")
class VideoWriterTest {

    private static final WriterOptions LOSSLESS = WriterOptions.at(10).codec(VideoCodec.FFV1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"20, 30, 40", "600, 800, 12"})
    void shouldKeepEachFrameWhereTheCallerFillsOneBufferAgainAndAgain(int height, int width, int count)
            throws Exception {
        Path video = folder.resolve("a.mkv");
        long seed = Seed.of(this);
        Random random = new Random(seed);
        ByteBuffer buffer = ByteBuffer.allocateDirect(height * width * 3);
        try (VideoWriter writer = VideoWriter.create(video, height, width, LOSSLESS)) {
            for (int i = 0; i < count; i++) {
                fill(buffer, random);
                writer.write(buffer);
            }
            writer.finish();
        }
        Random again = new Random(seed);
        try (VideoReader reader = VideoReader.open(video)) {
            for (int i = 0; i < count; i++) {
                fill(buffer, again);
                try (VideoFrame frame = reader.next()) {
                    assertThat(frame.pixels().equals(buffer)).as("frame " + i).isTrue();
                }
            }
            assertThat(reader.next()).isNull();
        }
    }

    /** FFV1's encoder asks for memory for the longest packet there could be: more than any file that is read is given. */
    @Test
    void shouldWriteLargeFramesWithoutLoss() throws Exception {
        Path video = folder.resolve("large.mkv");
        ByteBuffer pixels = NumberedFrames.draw(12345, 2000, 2200);
        try (VideoWriter writer = VideoWriter.create(video, 2000, 2200, LOSSLESS)) {
            writer.write(pixels);
            writer.finish();
        }
        try (VideoReader reader = VideoReader.open(video);
                VideoFrame frame = reader.next()) {
            assertThat(frame.pixels().equals(pixels)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "14, 16, 'H264 takes sides of at least 16 pixels, not 16 x 14'",
        "2306, 4096, 'H264 takes at most 9437184 pixels, as of 4096 x 2304, not 4096 x 2306'",
        "4096, 2306, 'H264 takes at most 9437184 pixels, as of 4096 x 2304, not 2306 x 4096'",
        "15, 16, 'H264 takes even sizes only, not 16 x 15'"
    })
    void shouldNameTheSizeThatAnEncoderDoesNotTake(int height, int width, String message) {
        Path video = folder.resolve("refused.mp4");
        assertThatThrownBy(() -> VideoWriter.create(video, height, width, WriterOptions.at(10)))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(video + ": " + message);
        assertThat(video).doesNotExist();
    }

    /** Rows of one colour: what is random in each pixel takes long to encode. */
    private static void fill(ByteBuffer buffer, Random random) {
        byte[] row = new byte[buffer.capacity() / 20];
        buffer.clear();
        while (buffer.hasRemaining()) {
            Arrays.fill(row, (byte) random.nextInt());
            buffer.put(row);
        }
        buffer.flip();
    }
}

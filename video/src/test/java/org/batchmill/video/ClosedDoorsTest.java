package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What FFmpeg has known holes in is not reached. */
class ClosedDoorsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"senc", "saiz", "saio", "cmov"})
    void shouldRefuseEncryptedContainersBeforeFfmpegSeesThem(String type) throws Exception {
        Path video = video();
        VideoReader.open(video, VideoOptions.DEFAULT).close();
        ByteBuffer boxes = ByteBuffer.allocate(40);
        boxes.putInt(40).put(letters("moof")).putInt(32).put(letters("traf"));
        boxes.putInt(24).put(letters(type)).putInt(0).putInt(Integer.MAX_VALUE).putLong(-1);
        Files.write(video, boxes.array(), StandardOpenOption.APPEND);
        assertThatThrownBy(() -> VideoReader.open(video, VideoOptions.DEFAULT))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(video.toString())
                .hasMessageContaining("a box " + type + " at byte");
    }

    @Test
    void shouldLeaveNothingOfAVideoThatIsGivenUpAndReplaceOneThatIsFinished() throws Exception {
        Path video = video();
        byte[] before = Files.readAllBytes(video);
        try (VideoWriter writer = VideoWriter.create(video, 16, 16, WriterOptions.at(25))) {
            writer.write(ByteBuffer.allocate(16 * 16 * 3));
        }
        assertThat(Files.readAllBytes(video)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(video);
        }
    }

    private Path video() throws IOException {
        Path video = folder.resolve("video.mp4");
        try (VideoWriter writer =
                VideoWriter.create(video, 16, 16, WriterOptions.at(25).codec(VideoCodec.MPEG4))) {
            writer.write(ByteBuffer.allocate(16 * 16 * 3));
            writer.finish();
        }
        return video;
    }

    private static byte[] letters(String type) {
        return type.getBytes(StandardCharsets.US_ASCII);
    }
}

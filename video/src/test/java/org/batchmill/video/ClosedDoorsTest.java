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
        Path film = film();
        VideoReader.open(film, VideoOptions.DEFAULT).close();
        ByteBuffer boxes = ByteBuffer.allocate(40);
        boxes.putInt(40).put(letters("moof")).putInt(32).put(letters("traf"));
        boxes.putInt(24).put(letters(type)).putInt(0).putInt(Integer.MAX_VALUE).putLong(-1);
        Files.write(film, boxes.array(), StandardOpenOption.APPEND);
        assertThatThrownBy(() -> VideoReader.open(film, VideoOptions.DEFAULT))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(film.toString())
                .hasMessageContaining("a box " + type + " at byte");
    }

    @Test
    void shouldLeaveNothingOfAFilmThatIsGivenUpAndReplaceOneThatIsFinished() throws Exception {
        Path film = film();
        byte[] before = Files.readAllBytes(film);
        try (VideoWriter writer = VideoWriter.create(film, 16, 16, WriterOptions.at(25))) {
            writer.write(ByteBuffer.allocate(16 * 16 * 3));
        }
        assertThat(Files.readAllBytes(film)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(film);
        }
    }

    private Path film() throws IOException {
        Path film = folder.resolve("film.mp4");
        try (VideoWriter writer =
                VideoWriter.create(film, 16, 16, WriterOptions.at(25).codec(VideoCodec.MPEG4))) {
            writer.write(ByteBuffer.allocate(16 * 16 * 3));
            writer.finish();
        }
        return film;
    }

    private static byte[] letters(String type) {
        return type.getBytes(StandardCharsets.US_ASCII);
    }
}

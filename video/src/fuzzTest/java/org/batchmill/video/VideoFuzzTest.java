package org.batchmill.video;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Videos of any content: frames, or data errors. What FFmpeg allocates is not counted; its crash would end the test's process. */
@Tag("concurrent")
class VideoFuzzTest {

    private static final VideoOptions SMALL = VideoOptions.DEFAULT
            .maxPixels(1 << 18)
            .maxFrames(10_000)
            .decoderThreads(1)
            .stallAfter(Duration.ofMinutes(5));

    enum Target {
        MP4_H264("mp4", VideoCodec.H264),
        MOV_MPEG4("mov", VideoCodec.MPEG4),
        MKV_H264("mkv", VideoCodec.H264),
        AVI_MPEG4("avi", VideoCodec.MPEG4);

        final String suffix;
        final VideoCodec codec;

        Target(String suffix, VideoCodec codec) {
            this.suffix = suffix;
            this.codec = codec;
        }
    }

    @TempDir
    private Path folder;

    private Fuzz fuzz(Target target) throws IOException {
        Path good = folder.resolve("good." + target.suffix);
        List<byte[]> corpus = new ArrayList<>();
        for (int frames : new int[] {1, 6}) {
            NumberedFrames.write(good, frames, WriterOptions.at(25).codec(target.codec));
            corpus.add(Files.readAllBytes(good));
        }
        return Fuzz.of(
                        DataException.class,
                        "video-" + target.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        corpus)
                .wholeProcess()
                .words(
                        "moov",
                        "moof",
                        "stsz",
                        "mdat",
                        "stco",
                        "ctts",
                        "elst",
                        "idx1",
                        "LIST",
                        "\u00a3",
                        "\u00ff\u00ff");
    }

    private void parse(Target target, byte[] input) throws IOException {
        Path file = Files.write(folder.resolve("fuzz." + target.suffix), input);
        DataException first = null;
        try (VideoReader reader = VideoReader.open(file, SMALL)) {
            int read = 0;
            boolean more = true;
            while (more && read++ < 100) {
                try (VideoFrame frame = reader.next()) {
                    more = frame != null;
                } catch (DataException e) {
                    first = first == null ? e : first;
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        if (first != null) {
            throw first;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadOrRefuseDamagedVideos(Target target) throws IOException {
        fuzz(target).inputs(40, this, input -> parse(target, input));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedVideos(Target target) throws IOException {
        fuzz(target).seconds(Fuzz.seconds(), this, input -> parse(target, input));
    }
}

package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.Content;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameShape;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoPackJobTest {

    private static final int FRAMES = 30;

    @TempDir
    Path folder;

    private Path drives;

    @BeforeEach
    void drawTwoDrives() throws Exception {
        drives = Files.createDirectory(folder.resolve("drives"));
        for (int epoch = 1; epoch <= 2; epoch++) {
            StringBuilder log = new StringBuilder("frame,wheel\n");
            try (VideoWriter writer = VideoWriter.create(
                    drives.resolve("epoch0" + epoch + "_front.mp4"),
                    32,
                    48,
                    WriterOptions.at(25).keyFrameInterval(10))) {
                for (int frame = 0; frame < FRAMES; frame++) {
                    byte[] pixels = new byte[32 * 48 * 3];
                    for (int i = 0; i < pixels.length; i++) {
                        pixels[i] = (byte) (i / 97 * epoch + 5 * frame);
                    }
                    writer.write(ByteBuffer.wrap(pixels));
                    log.append(frame).append(',').append(epoch + frame / 100f).append('\n');
                }
                writer.finish();
            }
            Files.writeString(drives.resolve("epoch0" + epoch + "_steering.csv"), log);
        }
    }

    private VideoPackOptions options() {
        return VideoPackOptions.of(drives.toString(), folder.resolve("out/a").toString());
    }

    private static Map<String, Sample> read(String where) throws Exception {
        Map<String, Sample> samples = new TreeMap<>();
        try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(where, SourceOptions.defaults())) {
            for (long i = 0; i < source.size(); i++) {
                Sample sample = source.read(i);
                assertThat(samples.put(sample.id().value(), sample)).isNull();
            }
        }
        return samples;
    }

    private static byte[] rgb(Sample sample) {
        ByteBuffer bytes = ((Content.EncodedImage) sample.content()).bytes();
        byte[] encoded = new byte[bytes.remaining()];
        bytes.get(encoded);
        try (BytePointer data = new BytePointer(encoded);
                Mat buffer = new Mat(1, encoded.length, 0, data);
                Mat picture = opencv_imgcodecs.imdecode(buffer, opencv_imgcodecs.IMREAD_COLOR_RGB)) {
            byte[] pixels = new byte[picture.rows() * picture.cols() * 3];
            picture.data().get(pixels);
            return pixels;
        }
    }

    @Test
    void shouldPackTheSamplesThatReadingTheVideosDirectlyGives() throws Exception {
        VideoPackJob.Result result = VideoPackJob.run(options().withLongest(12));
        assertThat(result.frames()).isEqualTo(Map.of("", 2L * FRAMES));
        assertThat(result.shards()).hasSize(6).allSatisfy(shard -> assertThat(shard)
                .exists());
        Map<String, Sample> packed = read(folder.resolve("out").toString());
        Map<String, Sample> direct = read(drives.toString());
        assertThat(packed.keySet()).isEqualTo(direct.keySet()).hasSize(2 * FRAMES);
        for (String id : packed.keySet()) {
            assertThat(packed.get(id).labels()).isEqualTo(direct.get(id).labels());
            Content.RawImage raw = (Content.RawImage) direct.get(id).content();
            assertThat(ByteBuffer.wrap(rgb(packed.get(id)))).as(id).isEqualTo(raw.pixels());
        }
    }

    @Test
    void shouldPackCroppedAndResizedFramesAsJpeg() throws Exception {
        VideoPackJob.run(
                options().withJpeg(90).withShape(FrameShape.WHOLE.rows(8, 24).size(10, 20)));
        Sample sample = read(folder.resolve("out").toString()).get("epoch02_front.mp4#7");
        assertThat(rgb(sample)).hasSize(10 * 20 * 3);
        assertThat(((Content.EncodedImage) sample.content()).bytes().get(0)).isEqualTo((byte) 0xff);
    }

    @Test
    void shouldSplitByEpochAndByBlock() throws Exception {
        VideoPackJob.run(options().withSplit(VideoSplit.parse("train=epoch02,val=epoch01")));
        assertThat(read(folder.resolve("out/a-val-*.tfrecord").toString()).keySet())
                .allMatch(id -> id.startsWith("epoch01"))
                .hasSize(FRAMES);
        VideoPackJob.run(options().withSplit(VideoSplit.parse("train=.75,val=.25")));
        List<String> train = new ArrayList<>(
                read(folder.resolve("out/a-train-*.tfrecord").toString()).keySet());
        assertThat(train).hasSize(45).contains("epoch02_front.mp4#14").doesNotContain("epoch02_front.mp4#15");
        assertThat(read(folder.resolve("out/a-val-*.tfrecord").toString())).hasSize(15);
    }

    @Test
    void shouldExplainWhyItDoesNotSplitAtRandom() {
        assertThatThrownBy(() -> VideoSplit.parse("random"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("near copies");
        assertThatThrownBy(() -> VideoSplit.parse("train=.5,val=.2")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> VideoPackJob.run(options().withSplit(VideoSplit.parse("train=epoch09"))))
                .hasMessageContaining("epoch09");
    }
}

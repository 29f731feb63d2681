package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameCrop;
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
                Mat image = opencv_imgcodecs.imdecode(buffer, opencv_imgcodecs.IMREAD_COLOR_RGB)) {
            byte[] pixels = new byte[image.rows() * image.cols() * 3];
            image.data().get(pixels);
            return pixels;
        }
    }

    @Test
    void shouldPackTheSamplesThatReadingTheVideosDirectlyGives() throws Exception {
        VideoPackJob.Result result = VideoPackJob.run(options().withLongest(12), PackProgress.Listener.NONE);
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
    void shouldPackTheCutFramesThatReadingTheVideosDirectlyGives() throws Exception {
        FrameCrop crop = new FrameCrop(":,.25:.75");
        VideoPackJob.run(
                options().withContainer(PackOptions.Container.ARROW).withFrames(crop, 10, 20),
                PackProgress.Listener.NONE);
        Map<String, Sample> packed = read(folder.resolve("out/a-*.arrow").toString());
        SourceOptions cut = SourceOptions.defaults().withFrames(new SourceOptions.Frames(crop, 10, 20, 1 << 20));
        try (SampleSource.Indexed direct = (SampleSource.Indexed) Sources.open(drives.toString(), cut)) {
            assertThat(direct.size()).isEqualTo(2 * FRAMES).isEqualTo(packed.size());
            for (long i = 0; i < direct.size(); i++) {
                Sample sample = direct.read(i);
                Sample same = packed.get(sample.id().value());
                assertThat(same.labels()).isEqualTo(sample.labels());
                assertThat(ByteBuffer.wrap(rgb(same)))
                        .as(sample.id().value())
                        .isEqualTo(((Content.RawImage) sample.content()).pixels());
            }
        }
    }

    @Test
    void shouldGoOnWhereItFailedAndLeaveOutBadFrames() throws Exception {
        corrupt(drives.resolve("epoch02_front.mp4"));
        VideoPackOptions options = options().withLongest(12);
        assertThatThrownBy(() -> VideoPackJob.run(options, PackProgress.Listener.NONE))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("epoch02_front.mp4");
        Journal journal = new Journal(options.shards().names().journal());
        Map<Path, FileTime> finished = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            for (Path file : files.toList()) {
                if (journal.finished(file.getFileName().toString()).isPresent()) {
                    finished.put(file, Files.getLastModifiedTime(file));
                }
            }
        }
        assertThat(folder.resolve("out/a-dataset.json")).doesNotExist();
        VideoPackJob.Result result =
                VideoPackJob.run(options.withOnError(ErrorMode.QUARANTINE, 30), PackProgress.Listener.NONE);
        for (Path shard : finished.keySet()) {
            assertThat(Files.getLastModifiedTime(shard)).as(shard.toString()).isEqualTo(finished.get(shard));
        }
        assertThat(result.bad()).isNotEmpty().allSatisfy(bad -> assertThat(bad.where())
                .contains("epoch02_front.mp4: frame "));
        assertThat(result.frames().get("") + result.bad().size()).isEqualTo(2 * FRAMES);
        assertThat(Files.readAllLines(folder.resolve("out/a-quarantine.jsonl"))).hasSameSizeAs(result.bad());
        assertThat(result.dataset()).content().contains("\"crop\" : \":,:\"", "\"joined\" : 30");
        assertThat(folder.resolve("out/.a-journal")).doesNotExist();
        assertThatThrownBy(() -> VideoPackJob.run(options.withOnError(ErrorMode.SKIP, 0), PackProgress.Listener.NONE))
                .isInstanceOf(DataException.class);
    }

    /** Zeroes in the middle of the video's data: some frames no longer decode. */
    private static void corrupt(Path video) throws Exception {
        byte[] bytes = Files.readAllBytes(video);
        Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + bytes.length / 16, (byte) 0);
        Files.write(video, bytes);
    }

    @Test
    void shouldMakeDrivesOfDrives() throws Exception {
        FrameCrop crop = new FrameCrop(":,8:24");
        VideoPackJob.run(options().withFrames(crop, 10, 20), PackProgress.Listener.NONE);
        Map<String, Sample> packed = read(folder.resolve("out").toString());
        VideoPreparation.Result videos = VideoPreparation.run(
                VideoPackOptions.of(drives.toString(), folder.resolve("videos").toString())
                        .withFrames(crop, 10, 20),
                VideoPreparation.Kind.LOSSLESS,
                PackProgress.Listener.NONE);
        assertThat(videos.frames()).isEqualTo(2 * FRAMES);
        read(folder.resolve("videos").toString()).forEach((id, sample) -> {
            Sample same = packed.get(id.replace(".mkv", ".mp4"));
            assertThat(sample.labels()).isEqualTo(same.labels());
            assertThat(((Content.RawImage) sample.content()).pixels()).as(id).isEqualTo(ByteBuffer.wrap(rgb(same)));
        });
        VideoPackOptions images = VideoPackOptions.of(
                        drives.toString(), folder.resolve("images").toString())
                .withFrames(crop, 10, 20);
        VideoPreparation.run(images, VideoPreparation.Kind.FRAMES, PackProgress.Listener.NONE);
        Map<String, Sample> read = read(folder.resolve("images").toString());
        assertThat(read).hasSize(2 * FRAMES);
        Sample seventh = read.get("IMG/epoch02_front_000007.png");
        assertThat(seventh.labels()).isEqualTo(packed.get("epoch02_front.mp4#7").labels());
        assertThat(rgb(seventh)).isEqualTo(rgb(packed.get("epoch02_front.mp4#7")));
        assertThatThrownBy(() -> VideoPreparation.run(images, VideoPreparation.Kind.VIDEO, PackProgress.Listener.NONE))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("not empty");
    }

    @Test
    void shouldPackCroppedAndResizedFramesAsJpeg() throws Exception {
        VideoPackJob.run(
                options().withJpeg(90).withFrames(new FrameCrop(":,8:24"), 10, 20), PackProgress.Listener.NONE);
        Sample sample = read(folder.resolve("out").toString()).get("epoch02_front.mp4#7");
        assertThat(rgb(sample)).hasSize(10 * 20 * 3);
        assertThat(((Content.EncodedImage) sample.content()).bytes().get(0)).isEqualTo((byte) 0xff);
    }

    @Test
    void shouldSplitByEpochAndByBlock() throws Exception {
        VideoPackJob.run(
                options().withSplit(VideoSplit.parse("train=epoch02,val=epoch01")), PackProgress.Listener.NONE);
        assertThat(read(folder.resolve("out/a-val-*.tfrecord").toString()).keySet())
                .allMatch(id -> id.startsWith("epoch01"))
                .hasSize(FRAMES);
        VideoPackJob.run(options().withSplit(VideoSplit.parse("train=.75,val=.25")), PackProgress.Listener.NONE);
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
        assertThatThrownBy(() -> VideoSplit.parse("train=random")).hasMessageContaining("near copies");
        assertThatThrownBy(() -> VideoSplit.parse("train=.5,val=.2")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> VideoSplit.parse("train=epoch01,val=epoch01")).isInstanceOf(UsageException.class);
        assertThat(VideoSplit.parse("train=epoch01+epoch02,val=epoch03"))
                .hasToString("train=epoch01+epoch02,val=epoch03");
        assertThatThrownBy(() -> VideoPackJob.run(
                        options().withSplit(VideoSplit.parse("train=epoch09")), PackProgress.Listener.NONE))
                .hasMessageContaining("epoch09");
    }
}

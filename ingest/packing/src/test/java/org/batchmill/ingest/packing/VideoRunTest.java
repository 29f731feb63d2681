package org.batchmill.ingest.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.Labels;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.example.Example;
import org.batchmill.records.example.Features;
import org.batchmill.records.example.SequenceExample;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.testing.Await;
import org.batchmill.video.FrameSelection;
import org.batchmill.video.FrameSelection.Dropped;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.VideoCodec;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs over videos that are no plain drive each: any videos, several cameras, windows, what is left out and why. */
@Tag("concurrent")
class VideoRunTest {

    private static final int HEIGHT = 16;
    private static final int WIDTH = 24;
    private static final double END = Double.POSITIVE_INFINITY;

    @TempDir
    Path folder;

    /** Each frame is one grey; {@code micros} apart, losslessly. */
    private Path video(String name, long micros, int... greys) throws Exception {
        Path file = folder.resolve("in").resolve(name);
        Files.createDirectories(file.getParent());
        WriterOptions options = WriterOptions.at(1e6 / micros).codec(VideoCodec.FFV1);
        try (VideoWriter writer = VideoWriter.create(file, HEIGHT, WIDTH, options)) {
            for (int i = 0; i < greys.length; i++) {
                byte[] pixels = new byte[HEIGHT * WIDTH * 3];
                Arrays.fill(pixels, (byte) greys[i]);
                writer.writeAt(ByteBuffer.wrap(pixels), i * micros);
            }
            writer.finish();
        }
        return file;
    }

    private static int[] ramp(int from, int count, int step) {
        int[] greys = new int[count];
        for (int i = 0; i < count; i++) {
            greys[i] = from + i * step;
        }
        return greys;
    }

    private void log(String epoch, String... rows) throws Exception {
        Files.writeString(folder.resolve("in/" + epoch + "_steering.csv"), String.join("\n", rows) + "\n");
    }

    private VideoPackOptions options(VideoRecords records) {
        return VideoPackOptions.of(
                        folder.resolve("in").toString(), folder.resolve("out/a").toString())
                .withRecords(records);
    }

    private static VideoPackJob.Result pack(VideoPackOptions options) throws Exception {
        return VideoPackJob.run(options, PackProgress.Listener.NONE);
    }

    private static int grey(ByteBuffer encoded) {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.duplicate().get(bytes);
        try (BytePointer data = new BytePointer(bytes);
                Mat buffer = new Mat(1, bytes.length, 0, data);
                Mat image = opencv_imgcodecs.imdecode(buffer, opencv_imgcodecs.IMREAD_COLOR_RGB)) {
            return image.data().get(0) & 0xff;
        }
    }

    private static List<ByteBuffer> messages(VideoPackJob.Result result) throws Exception {
        List<ByteBuffer> messages = new ArrayList<>();
        for (Path shard : result.shards()) {
            try (TfRecordReader reader = TfRecordReader.open(shard)) {
                for (ByteBuffer next = reader.next(); next != null; next = reader.next()) {
                    ByteBuffer copy = ByteBuffer.allocate(next.remaining());
                    messages.add(copy.put(next).flip());
                }
            }
        }
        return messages;
    }

    @Test
    void shouldTakeEveryVideoOfAFolderAndSayWhatIsNone() throws Exception {
        video("phone/b.mkv", 40_000, ramp(0, 10, 20));
        video("a.avi", 40_000, 7);
        Files.createDirectories(folder.resolve("in/folder.mp4"));
        Files.write(folder.resolve("in/empty.mov"), new byte[0]);
        Files.writeString(folder.resolve("in/phone/text.webm"), "no video");
        Files.writeString(folder.resolve("in/phone/notes.txt"), "no video either");
        VideoRecords any = VideoRecords.DEFAULT.withLogs(false);
        assertThatThrownBy(() -> pack(options(any)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("empty.mov")
                .hasMessageContaining("truncated");
        assertThat(VideoPackJob.preview(options(any).withOnError(ErrorMode.SKIP, 9))
                        .frames())
                .isEqualTo(11);
        assertThat(folder.resolve("out")).doesNotExist();
        VideoPackJob.Result result = pack(options(any).withOnError(ErrorMode.SKIP, 9));
        assertThat(result.bad())
                .extracting(BadSample::where)
                .allMatch(where -> where.matches(".*(empty.mov|text.webm)"));
        assertThat(result.frames()).isEqualTo(Map.of("", 11L));
        List<String> ids = new ArrayList<>();
        try (SampleSource.Indexed source =
                (SampleSource.Indexed) Sources.open(folder.resolve("out").toString(), SourceOptions.defaults())) {
            for (long i = 0; i < source.size(); i++) {
                ids.add(source.read(i).id().value());
                assertThat(source.read(i).labels()).isEqualTo(Labels.NONE);
            }
        }
        assertThat(ids).hasSize(11).startsWith("a.avi#0", "phone/b.mkv#0").endsWith("phone/b.mkv#9");
        assertThat(folder.resolve("out/a-contact-sheet.jpg")).isNotEmptyFile();
        assertThat(folder.resolve("out/a-report.html"))
                .content()
                .contains("phone/b.mkv", "empty.mov", "a-contact-sheet.jpg");
    }

    @Test
    void shouldCountWhatItDropsAndWhy() throws Exception {
        int[] greys = ramp(0, 30, 8);
        Arrays.fill(greys, 12, 20, greys[12]); // the car stands
        video("epoch01_front.mkv", 100_000, greys);
        List<String> rows = new ArrayList<>(List.of("frame,wheel"));
        for (int i = 0; i < 28; i++) {
            rows.add(i + ",0." + i);
        }
        log("epoch01", rows.toArray(String[]::new));
        VideoRecords records = VideoRecords.DEFAULT.withSelection(new FrameSelection(.5, END, 2, 0, 0, .01));
        VideoPackJob.Result result = pack(options(records).withJoin(JoinOptions.DEFAULT.maxMismatches(.1)));
        FrameTally tally = result.tallies().get(0);
        assertThat(tally.frames()).isEqualTo(30);
        assertThat(tally.dropped(Dropped.OUT_OF_RANGE)).isEqualTo(5);
        // Even numbers from 6 to 28: the last has no row, and 14, 16 and 18 show what 12 shows.
        assertThat(tally.dropped(Dropped.NOT_SAMPLED)).isEqualTo(13);
        assertThat(tally.dropped(Dropped.NO_LABEL)).isEqualTo(1);
        assertThat(tally.dropped(Dropped.NEAR_DUPLICATE)).isEqualTo(3);
        assertThat(tally.kept()).isEqualTo(8);
        assertThat(tally.lost()).isZero();
        assertThat(tally)
                .hasToString(
                        "epoch01_front.mkv: 30 frames, 8 kept, 5 out of range, 13 not sampled, 1 no label, 3 near duplicate");
        List<Integer> kept = new ArrayList<>();
        for (ByteBuffer message : messages(result)) {
            Features features = Example.parse(message, "test");
            kept.add(grey(features.bytes("image/encoded").orElseThrow()) / 8);
        }
        assertThat(kept).containsExactly(6, 8, 10, 12, 20, 22, 24, 26);
        assertThat(result.dataset()).content().contains("\"near_duplicate\" : 3", "minDifference=0.01");
    }

    /** The left camera takes half as many frames and was started 300 ms later. */
    @Test
    void shouldPutFramesOfOneMomentIntoOneRecord() throws Exception {
        video("epoch01_front.mkv", 100_000, ramp(0, 20, 10));
        video("epoch01_left.avi", 200_000, ramp(100, 6, 10));
        List<String> rows = new ArrayList<>(List.of("ts_micro,frame_index,wheel"));
        for (int i = 0; i < 20; i++) {
            rows.add(5_000_000 + i * 100_000 + "," + i + ",0." + i);
        }
        log("epoch01", rows.toArray(String[]::new));
        VideoRecords records = VideoRecords.DEFAULT.withCameras(List.of(VideoRecords.Camera.parse("left@.3")));
        JoinOptions byTime = JoinOptions.DEFAULT.by(JoinOptions.By.TIME).tolerance(Duration.ofMillis(40));
        VideoPackJob.Result result = pack(options(records).withJoin(byTime));
        Map<Integer, Integer> pairs = new TreeMap<>();
        for (ByteBuffer message : messages(result)) {
            Features features = Example.parse(message, "test");
            pairs.put(
                    grey(features.bytes("image/encoded").orElseThrow()) / 10,
                    (grey(features.bytes("camera/left/encoded").orElseThrow()) - 100) / 10);
            assertThat(features.int64("camera/left/time_micros").orElseThrow())
                    .isEqualTo(features.int64("frame/time_micros").orElseThrow() - 300_000);
        }
        assertThat(pairs).isEqualTo(Map.of(3, 0, 5, 1, 7, 2, 9, 3, 11, 4, 13, 5));
        assertThat(result.tallies().get(0).dropped(Dropped.NO_OTHER_CAMERA)).isEqualTo(14);
        VideoPackJob.Result byIndex =
                pack(options(VideoRecords.DEFAULT.withCameras(List.of(VideoRecords.Camera.parse("left")))));
        assertThat(byIndex.frames()).isEqualTo(Map.of("", 6L));
        assertThatThrownBy(() ->
                        pack(options(VideoRecords.DEFAULT.withCameras(List.of(VideoRecords.Camera.parse("rear"))))))
                .hasMessageContaining("epoch01_rear.mp4");
        assertThatThrownBy(() -> VideoRecords.Camera.parse("left@soon")).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldMakeWindowsThatNoHoleGoesThrough() throws Exception {
        video("epoch01_front.mkv", 100_000, ramp(0, 20, 10));
        List<String> rows = new ArrayList<>(List.of("frame,wheel"));
        for (int i = 0; i < 20; i++) {
            if (i != 9) {
                rows.add(i + "," + i / 20.0);
            }
        }
        log("epoch01", rows.toArray(String[]::new));
        VideoPackOptions patient =
                options(VideoRecords.DEFAULT.withWindow(4, 2)).withJoin(JoinOptions.DEFAULT.maxMismatches(.1));
        VideoPackJob.Result result = pack(patient);
        List<Integer> begins = new ArrayList<>();
        for (ByteBuffer message : messages(result)) {
            SequenceExample window = SequenceExample.parse(message, "test");
            int first = (int) window.featureLists().get("frame/number").get(0).int64s()[0];
            begins.add(first);
            assertThat(window.context().text("image/source_id")).contains("epoch01_front.mkv#" + first);
            assertThat(window.featureLists().get("image/encoded")).hasSize(4);
            for (int step = 0; step < 4; step++) {
                assertThat(grey(window.featureLists()
                                .get("image/encoded")
                                .get(step)
                                .bytes()
                                .get(0)))
                        .isEqualTo(10 * (first + step));
                assertThat(window.featureLists().get("steering/angle").get(step).floats()[0])
                        .isEqualTo((first + step) / 20f);
            }
        }
        assertThat(begins).containsExactly(0, 2, 4, 10, 12, 14, 16);
        assertThat(result.frames()).isEqualTo(Map.of("", 7L));
        assertThat(messages(pack(patient.withRecords(VideoRecords.DEFAULT.withWindow(2, 5)))))
                .as("windows at 0, 5 and, behind the hole, 10 and 15")
                .hasSize(4);
        assertThatThrownBy(() -> patient.withContainer(PackOptions.Container.ARROW))
                .hasMessageContaining("tfrecord");
    }

    /** Zeroes in the middle of the data: some frames do not decode. */
    private void damaged(String name) throws Exception {
        Path file = folder.resolve("in").resolve(name);
        try (VideoWriter writer =
                VideoWriter.create(file, 32, 48, WriterOptions.at(25).keyFrameInterval(10))) {
            for (int frame = 0; frame < 30; frame++) {
                byte[] pixels = new byte[32 * 48 * 3];
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = (byte) (i / 97 * 2 + 5 * frame);
                }
                writer.write(ByteBuffer.wrap(pixels));
            }
            writer.finish();
        }
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + bytes.length / 16, (byte) 0);
        Files.write(file, bytes);
    }

    @Test
    void shouldNotPrepareAgainWhatWasFinishedBeforeAFailure() throws Exception {
        video("a.mkv", 40_000, ramp(0, 10, 20));
        damaged("b.mp4");
        damaged("c.mp4");
        VideoPackOptions options = options(VideoRecords.DEFAULT.withLogs(false));
        VideoPreparation.Kind images = VideoPreparation.Kind.FRAMES;
        assertThatThrownBy(() -> VideoPreparation.run(options, images, PackProgress.Listener.NONE))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(".mp4: frame ");
        VideoPackOptions elsewhere = VideoPackOptions.of(
                        folder.resolve("in").toString(), folder.resolve("out/b").toString())
                .withRecords(options.records());
        int faults = VideoPreparation.run(
                        elsewhere.withOnError(ErrorMode.SKIP, 100), images, PackProgress.Listener.NONE)
                .bad()
                .size();
        // Each video has no more faults than that, both have one more: all is written before the job fails.
        assertThatThrownBy(() -> VideoPreparation.run(
                        options.withOnError(ErrorMode.SKIP, faults - 1), images, PackProgress.Listener.NONE))
                .isInstanceOf(DataException.class);
        FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
        for (String video : List.of("a.mkv", "b.mp4", "c.mp4")) {
            Files.setLastModifiedTime(folder.resolve("out/a").resolve(video).resolve("000000.png"), longAgo);
        }
        VideoPreparation.Result result =
                VideoPreparation.run(options.withOnError(ErrorMode.SKIP, faults), images, PackProgress.Listener.NONE);
        for (String video : List.of("a.mkv", "b.mp4", "c.mp4")) {
            assertThat(Files.getLastModifiedTime(
                            folder.resolve("out/a").resolve(video).resolve("000000.png")))
                    .as(video)
                    .isEqualTo(longAgo);
        }
        assertThat(result.bad()).hasSize(faults);
        long lost = result.tallies().stream().mapToLong(FrameTally::lost).sum();
        assertThat(lost).isPositive();
        assertThat(result.frames() + lost).isEqualTo(70);
        assertThat(folder.resolve("out/a/.preparation")).doesNotExist();
        assertThat(folder.resolve("out/.a-lock")).doesNotExist();
        assertThatThrownBy(() -> VideoPreparation.run(options, images, PackProgress.Listener.NONE))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("not empty");
    }

    @Test
    @Tag("long")
    void shouldGoOnAfterAKillWithoutDecodingFinishedVideosAgain() throws Exception {
        for (int i = 0; i < 12; i++) {
            video("v" + (char) ('a' + i) + ".mkv", 40_000, ramp(0, 250, 1));
        }
        Path out = folder.resolve("out/a");
        Process child = VideoRunInAnotherProcess.start(folder.resolve("in"), out);
        Path journal = out.resolve(".preparation");
        Await.until("some videos are finished", () -> finished(journal).size() >= 3);
        child.destroyForcibly().waitFor();
        List<String> finished = finished(journal);
        assertThat(finished).as("killed before the end").hasSizeLessThan(12);
        FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
        for (String name : finished) {
            Files.setLastModifiedTime(out.resolve(name).resolve("000007.png"), longAgo);
        }
        Process second = VideoRunInAnotherProcess.start(folder.resolve("in"), out);
        assertThat(second.waitFor()).isZero();
        for (String name : finished) {
            assertThat(Files.getLastModifiedTime(out.resolve(name).resolve("000007.png")))
                    .as(name)
                    .isEqualTo(longAgo);
        }
        try (Stream<Path> images = Files.walk(out)) {
            assertThat(images.filter(file -> file.toString().endsWith(".png"))).hasSize(12 * 250);
        }
        assertThat(journal).doesNotExist();
    }

    private static List<String> finished(Path journal) throws Exception {
        if (!Files.isDirectory(journal)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(journal)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".shard.json") && !name.startsWith("."))
                    .map(name -> name.replace(".shard.json", ""))
                    .toList();
        }
    }
}

package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.batchmill.augment.transform.Brightness;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.steering.FrameStack;
import org.batchmill.jobs.steering.RecentFrames;
import org.batchmill.jobs.steering.SteeringInput;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.SampleSource;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.SteeringView;
import org.batchmill.train.task.SteeringView.Colour;
import org.batchmill.video.VideoCodec;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes of a drive that reach a network: where it learns, where it is evaluated, and where it drives. Frames are noise. */
@Tag("concurrent")
class DrivenPixelsTest {

    private static final int FRAMES = 5;

    @TempDir
    static Path folder;

    @BeforeAll
    static void video() throws Exception {
        video("large", 401, 643);
        video("exact", 66, 200);
    }

    private static void video(String name, int height, int width) throws Exception {
        Path drive = Files.createDirectories(folder.resolve(name));
        Path video = drive.resolve("epoch01_front.mkv");
        try (VideoWriter writer =
                VideoWriter.create(video, height, width, WriterOptions.at(10).codec(VideoCodec.FFV1))) {
            StringBuilder angles = new StringBuilder("ts_micro,frame_index,wheel\n");
            for (int frame = 0; frame < FRAMES; frame++) {
                ByteBuffer pixels = ByteBuffer.allocate(height * width * 3);
                new Random(frame).nextBytes(pixels.array());
                writer.write(pixels);
                angles.append(100_000L * frame)
                        .append(',')
                        .append(frame)
                        .append(",0.")
                        .append(frame + 1)
                        .append('\n');
            }
            writer.finish();
            Files.writeString(drive.resolve("epoch01_steering.csv"), angles);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "large, 'rgb', ':,:', 1, 1",
        "large, 'bgr', ':,.375:.85', 1, 1",
        "large, 'yuv', '.1:.9,101:300', 1, 1",
        "large, 'hsv', ':,.375:.85', 1, 1",
        "large, 'rgb', ':,.375:.85', 3, 2",
        "exact, 'hsv', ':,:', 1, 1"
    })
    void shouldBeTheSameForTrainingEvaluationAndDriving(String video, String colour, String crop, int frames, int gap)
            throws Exception {
        SteeringView view = new SteeringView(crop, Colour.valueOf(colour.toUpperCase(Locale.ROOT)), frames, gap);
        Network network = Models.byName("pilotnet", ModelOptions.classes(1).frames(frames));
        SteeringInput input = new SteeringInput(view, network);

        Map<String, ByteBuffer> evaluated = rows(input, video, Policy.NONE, false);

        assertThat(evaluated).hasSize(FRAMES);
        Policy neverBrighter = Policy.NONE.with(new Brightness(.5), 0);
        assertThat(rows(input, video, neverBrighter, true)).as("training").isEqualTo(evaluated);
        assertThat(driven(input, video)).as("driving").isEqualTo(evaluated);
    }

    /** What a pipeline writes into its batches, by the names of the frames. */
    private static Map<String, ByteBuffer> rows(SteeringInput input, String video, Policy policy, boolean shuffled)
            throws Exception {
        FrameStack stack = input.stack();
        BatchShape shape = new BatchShape(
                2,
                stack.height(),
                stack.width(),
                stack.bytes() / (stack.height() * stack.width()),
                Batch.Format.UINT8_NHWC);
        SourceOptions options = SourceOptions.defaults().withFrames(input.decoding(null));
        try (SampleSource opened = Sources.open(folder.resolve(video).toString(), options);
                SampleSource shown = input.show(opened)) {
            InputOptions workers = new InputOptions();
            workers.workers = 2;
            SampleBatches batches =
                    new SampleBatches(shown, shape, input.coloured(policy), workers, new PipelineListener() {});
            Map<String, ByteBuffer> rows = new TreeMap<>();
            try (PipelineBatches stream = shuffled ? batches.shuffled(1L, null) : batches.inOrder()) {
                for (Batch next = stream.next(); next != null; next = stream.next()) {
                    try (Batch batch = next) {
                        for (int row = 0; row < batch.size(); row++) {
                            rows.put(
                                    batch.id(row).value(),
                                    copy(batch.pixels().slice(row * stack.bytes(), stack.bytes())));
                        }
                    }
                }
            }
            return rows;
        }
    }

    private static Map<String, ByteBuffer> driven(SteeringInput input, String video)
            throws IOException, InterruptedException {
        Path file = folder.resolve(video).resolve("epoch01_front.mkv");
        Map<String, ByteBuffer> frames = new TreeMap<>();
        RecentFrames recent = new RecentFrames(input.stack(), input.view().gap());
        VideoOptions options;
        try (VideoReader reader = VideoReader.open(file)) {
            options = VideoOptions.DEFAULT.shape(input.driving(null, reader.info(), video));
        }
        try (VideoReader reader = VideoReader.open(file, options)) {
            for (VideoFrame next = reader.next(); next != null; next = reader.next()) {
                try (VideoFrame frame = next) {
                    frames.put(file.getFileName() + "#" + frame.number(), copy(recent.with(frame.pixels())));
                }
            }
        }
        return frames;
    }

    private static ByteBuffer copy(ByteBuffer pixels) {
        return ByteBuffer.allocate(pixels.remaining()).put(pixels).flip();
    }
}

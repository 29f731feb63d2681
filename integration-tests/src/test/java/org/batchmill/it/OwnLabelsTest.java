package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.batches.ImageMapping;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskDescription;
import org.batchmill.train.task.TaskMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose labels are of a kind of its own, points in images, learns them with a task of its own. */
class OwnLabelsTest {

    private static final int SIDE = 32;
    private static final int ROWS = 16;

    @TempDir
    private Path folder;

    /** A place in an image, in fractions of it. */
    private record Point(double x, double y) {}

    /** Dark images with one light disc. */
    private record Discs(int count, int seed) implements SampleSource.Indexed {

        @Override
        public long size() {
            return count;
        }

        @Override
        public Sample read(long index) {
            SplittableRandom random = new SplittableRandom(seed * 1000L + index);
            Point at = new Point(random.nextDouble(.2, .8), random.nextDouble(.2, .8));
            try (Canvas canvas = Canvas.blank(SIDE, SIDE, new Rgb(20, 20, 20))) {
                canvas.disc(at.x() * SIDE, at.y() * SIDE, 5, new Rgb(240, 240, 240));
                return new Sample(
                        new SampleId("disc-" + index),
                        new Content.EncodedImage(ByteBuffer.wrap(canvas.png())),
                        new Labels.Own(at));
            }
        }

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    /** Where the disc is in the image as the network sees it. */
    private record PointTask() implements Task {

        static Point seen(Batch batch, int row) {
            Point point = (Point) ((Labels.Own) batch.labels(row)).value();
            ImageMapping mapping = batch.mapping(row);
            return new Point(
                    (point.x() - mapping.originX()) / mapping.spanX(),
                    (point.y() - mapping.originY()) / mapping.spanY());
        }

        @Override
        public TaskDescription description() {
            return new TaskDescription("point", List.of(), Map.of());
        }

        @Override
        public void encode(Batch batch, int targetSize, float[] targets) {
            for (int row = 0; row < batch.size(); row++) {
                Point point = seen(batch, row);
                targets[2 * row] = (float) point.x();
                targets[2 * row + 1] = (float) point.y();
            }
        }

        @Override
        public String metric() {
            return "distance";
        }

        @Override
        public boolean higherIsBetter() {
            return false;
        }

        @Override
        public TaskMetrics metrics() {
            throw new UnsupportedOperationException();
        }
    }

    private static PipelineBatches batches(SampleSource source, boolean shuffled) throws IOException {
        BatchShape shape = new BatchShape(ROWS, SIDE, SIDE, 3, Batch.Format.UINT8_NHWC);
        SampleBatches batches = new SampleBatches(
                source, shape, Policy.NONE.with(new Flip(), .5), new InputOptions(), new PipelineListener() {});
        return shuffled ? batches.shuffled(null, null) : batches.inOrder();
    }

    private static Network network() {
        return new Network(
                "point",
                new Shape(3, SIDE, SIDE),
                List.of(
                        new Layer.InputScale("scale", 1 / 255f, 0),
                        Layer.Conv2d.square("conv1", 8, 5, 4, Padding.same(), true),
                        new Layer.Activation("relu1", ActivationFunction.RELU, 0),
                        new Layer.Dense("out", 2, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS)));
    }

    @Test
    void shouldLearnPointsThatGoThroughAugmentationWithTheirImages() throws Exception {
        ProgramSpec spec = ProgramSpec.training(
                network(),
                ProgramSpec.InputFormat.UINT8_NHWC,
                ROWS,
                new MeanSquaredError(),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                1);
        try (Program program = Engines.named("auto").compile(spec);
                PipelineBatches training = batches(new Discs(320, 1), true);
                PipelineBatches others = batches(new Discs(ROWS, 2), false)) {
            TrainingLoop.of(program, new PointTask(), training)
                    .steps(300)
                    .schedule(new Schedule.Constant(.003))
                    .build()
                    .run();
            float[] outputs = new float[2 * ROWS];
            double sum = 0;
            try (Batch batch = others.next()) {
                program.predict(batch.pixels(), ROWS, outputs);
                for (int row = 0; row < ROWS; row++) {
                    Point point = PointTask.seen(batch, row);
                    sum += Math.hypot(outputs[2 * row] - point.x(), outputs[2 * row + 1] - point.y());
                }
            }
            // Half of the images are mirrored: who took the points as they were would be off by .2 and more.
            assertThat(sum / ROWS).isLessThan(.08);
        }
    }

    @Test
    void shouldSayThatNoFileHoldsThem() throws Exception {
        Sample sample = new Discs(1, 1).read(0);
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(folder.resolve("points.arrow"), List.of())) {
            assertThatThrownBy(() -> writer.write(sample))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("labels of a program's own kind are not stored");
        }
    }
}

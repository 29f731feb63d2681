package org.batchmill.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.testing.SharedData;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.reference.JavaEngine;
import org.batchmill.train.task.ClassificationTask;
import org.batchmill.train.task.TableTask;
import org.junit.jupiter.api.Test;

/** The first lessons of the course, through the loop as a user would write them. */
class LessonsTest {

    private static final float[] X = {
        3.3f, 4.4f, 5.5f, 6.71f, 6.93f, 4.168f, 9.779f, 6.182f, 7.59f, 2.167f, 7.042f, 10.791f, 5.313f, 7.997f, 5.654f,
        9.27f, 3.1f
    };
    private static final float[] Y = {
        1.7f, 2.76f, 2.09f, 3.19f, 1.694f, 1.573f, 3.366f, 2.596f, 2.53f, 1.221f, 2.827f, 3.465f, 1.65f, 2.904f, 2.42f,
        2.94f, 1.3f
    };

    /** A loss that a user writes: the lesson's cost is half of the mean squared error. */
    private static final class HalfSquares implements Loss {
        @Override
        public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
            double sum = 0;
            for (int i = 0; i < outputs.length; i++) {
                double error = outputs[i] - targets[i];
                sum += error * error / 2;
                gradient[i] = (float) (error / totalRows);
            }
            return sum / totalRows;
        }

        @Override
        public int targetSize(int outputSize) {
            return outputSize;
        }
    }

    @Test
    void shouldFitALineThroughSeventeenPointsWithALossOfTheUsers() throws Exception {
        List<Sample> points = IntStream.range(0, X.length)
                .mapToObj(i -> new Sample(
                        new SampleId("point" + i),
                        new Content.Features(new float[] {X[i]}),
                        new Labels.Targets(new float[] {Y[i]})))
                .toList();
        Network line = new Network(
                "line",
                Shape.vector(1),
                List.of(new Layer.Dense("line", 1, true, new Initializer.Normal(0, 1), Initializer.ZEROS)));
        ProgramSpec spec = ProgramSpec.training(
                line, ProgramSpec.InputFormat.FLOAT32_NCHW, 17, new HalfSquares(), new Optimizer.Sgd(), 1);
        try (Program program = new JavaEngine().compile(spec)) {
            TrainingResult result = TrainingLoop.of(
                            program,
                            new TableTask(TableTask.Target.NUMBERS),
                            new ArrayBatches(line.input(), points, 17, 17 * 1000, null))
                    .schedule(new Schedule.Constant(.01))
                    .build()
                    .run();
            assertThat(result.step()).isEqualTo(17_000);
            assertThat(program.parameter("line/weights")[0]).isCloseTo(.25163f, within(5e-5f));
            assertThat(program.parameter("line/biases")[0]).isCloseTo(.79880f, within(5e-5f));
            assertThat(result.loss()).isCloseTo(.0769288, within(1e-7));
        }
    }

    @Test
    void shouldReachThePublishedAccuracyWithSoftmaxRegression() throws Exception {
        Path folder = SharedData.data("mnist");
        List<Sample> training = digits(folder, "train10k");
        List<Sample> validation = digits(folder, "val5k");
        Network softmax = new Network(
                "digits-softmax",
                new Shape(1, 28, 28),
                List.of(
                        new Layer.InputScale("scale", 1 / 255f, 0),
                        new Layer.Dense("logits", 10, true, Initializer.ZEROS, Initializer.ZEROS)));
        ProgramSpec spec = ProgramSpec.training(
                softmax, ProgramSpec.InputFormat.FLOAT32_NCHW, 100, new SoftmaxCrossEntropy(), new Optimizer.Sgd(), 1);
        List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        try (Program program = new JavaEngine().compile(spec)) {
            TrainingResult result = TrainingLoop.of(
                            program,
                            new ClassificationTask(names),
                            new ArrayBatches(softmax.input(), training, 100, 6, 1L))
                    .schedule(new Schedule.Cosine(.5, .01, 600))
                    .evaluate(() -> new ArrayBatches(softmax.input(), validation, 100, 1, null), 0)
                    .build()
                    .run();
            assertThat(result.evaluation().metric()).isGreaterThan(.88);
        }
    }

    private static List<Sample> digits(Path folder, String set) throws IOException {
        List<Sample> samples = new ArrayList<>();
        try (DataInputStream images = open(folder.resolve(set + "-images-idx3-ubyte.gz"));
                DataInputStream labels = open(folder.resolve(set + "-labels-idx1-ubyte.gz"))) {
            images.skipNBytes(4);
            labels.skipNBytes(8);
            int count = images.readInt();
            images.skipNBytes(8);
            for (int n = 0; n < count; n++) {
                byte[] bytes = images.readNBytes(784);
                float[] pixels = new float[784];
                for (int i = 0; i < 784; i++) {
                    pixels[i] = bytes[i] & 0xff;
                }
                samples.add(new Sample(
                        new SampleId(set + "/" + n),
                        new Content.Features(pixels),
                        new Labels.ClassLabel(Integer.toString(labels.read()))));
            }
        }
        return samples;
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new GZIPInputStream(Files.newInputStream(file)));
    }
}

package org.batchmill.train.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.detection.DrawnShapes;
import org.batchmill.train.detection.MemoryBatch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loop.BatchStream;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.batchmill.train.reference.JavaEngine;
import org.junit.jupiter.api.Test;

class AverageLossTest {

    private static final Network NETWORK = new Network(
            "small",
            new Shape(3, 28, 28),
            List.of(
                    new Layer.InputScale("scale", 1 / 255f, 0),
                    Layer.Conv2d.square("conv1", 13, 4, 4, Padding.valid(), true),
                    new Layer.Flatten("flatten")));

    @Test
    void shouldPrintTheReferencesCostAndFollowItByATenth() throws Exception {
        DetectionTask task = DetectionTask.of(NETWORK, DrawnShapes.CLASSES);
        MemoryBatch batch = new DrawnShapes(28, 2).batch(1, 4);
        List<String> lines = new ArrayList<>();
        ProgramSpec spec = ProgramSpec.training(
                NETWORK, ProgramSpec.InputFormat.UINT8_NHWC, 4, task.loss(), new Optimizer.Momentum(.9f), 1);
        try (Program program = new JavaEngine().compile(spec)) {
            float[] outputs = new float[4 * NETWORK.output().size()];
            program.predict(batch.pixels(), 4, outputs);
            float[] targets = new float[4 * task.loss().grid().targetSize()];
            task.encode(batch, task.loss().grid().targetSize(), targets);
            double first = task.loss().diagnose(outputs, targets, 4).cost().printed();

            TrainingLoop.of(program, task, new Endless(batch))
                    .schedule(new Schedule.Constant(.001))
                    .steps(2)
                    .hook(new AverageLoss(lines::add))
                    .build()
                    .run();

            assertThat(lines.get(0)).startsWith("1: ").endsWith(" 4 images").contains("0.001000 rate");
            assertThat(number(lines.get(0), 1)).isCloseTo(first, within(first * 1e-4));
            assertThat(number(lines.get(0), 2)).isEqualTo(number(lines.get(0), 1));
            assertThat(lines.get(1)).startsWith("2: ").endsWith(" 8 images");
            assertThat(number(lines.get(1), 2))
                    .isCloseTo(.9 * number(lines.get(0), 2) + .1 * number(lines.get(1), 1), within(1e-5));
        }
    }

    @Test
    void shouldPrintTheCostOfTheWholeBatchWhenItIsComputedInPieces() throws Exception {
        DetectionTask task = DetectionTask.of(NETWORK, DrawnShapes.CLASSES);
        MemoryBatch batch = new DrawnShapes(28, 2).batch(1, 4);
        List<Double> costs = new ArrayList<>();
        for (int rows : new int[] {4, 3, 1}) {
            List<String> lines = new ArrayList<>();
            ProgramSpec spec = ProgramSpec.training(
                    NETWORK, ProgramSpec.InputFormat.UINT8_NHWC, rows, task.loss(), new Optimizer.Momentum(.9f), 1);
            try (Program program = new JavaEngine().compile(spec)) {
                TrainingLoop.of(program, task, new Endless(batch))
                        .schedule(new Schedule.Constant(.001))
                        .steps(1)
                        .hook(new AverageLoss(lines::add))
                        .build()
                        .run();
            }
            costs.add(number(lines.get(0), 1));
        }
        assertThat(costs.get(1)).isCloseTo(costs.get(0), within(costs.get(0) * 1e-4));
        assertThat(costs.get(2)).isCloseTo(costs.get(0), within(costs.get(0) * 1e-4));
    }

    private static double number(String line, int index) {
        return Double.parseDouble(line.split("[ :,]+", -1)[index == 1 ? 1 : 2]);
    }

    /** One batch, again and again. */
    private record Endless(MemoryBatch batch) implements BatchStream {
        @Override
        public Batch next() {
            return batch;
        }

        @Override
        public String state() {
            return "";
        }

        @Override
        public void close() {
            // The batch is the test's.
        }
    }
}

package org.batchmill.train.darknet;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.batchmill.batches.Batch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.loop.DivergenceException;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loss.YoloV1Loss;

/**
 * Tells a run in the words of the reference program: {@code step: loss, average avg, rate rate, seconds seconds, images images}, where
 * loss is its printed cost (the sum of squared deltas over the images) and the average follows it by a tenth at each step. Used on the
 * loop's thread.
 */
public final class AverageLoss implements Hook {

    private final Consumer<String> lines;
    private double average = Double.NaN;
    private double sum;
    private double loss;
    private long images;
    private long last = System.nanoTime();

    /** @param lines takes one line a step */
    public AverageLoss(Consumer<String> lines) {
        this.lines = lines;
    }

    /** The moving average; NaN before the first step. */
    public double average() {
        return average;
    }

    @Override
    public void onAccumulated(LoopControl loop, int rows, float[] targets) {
        Program program = loop.program();
        if (!(program.spec().loss() instanceof YoloV1Loss yolo)) {
            throw new IllegalStateException("the network is not trained with the loss of YOLO v1");
        }
        float[] outputs = new float[rows * yolo.grid().outputSize()];
        program.lastOutputs(outputs);
        float[] its = Arrays.copyOf(targets, rows * yolo.grid().targetSize());
        sum += yolo.diagnose(outputs, its, rows).cost().printed() * rows;
    }

    @Override
    public void onGradientsReady(LoopControl loop, Batch batch) {
        // A rank of a gang may have no row of a batch.
        if (batch.size() == 0) {
            return;
        }
        loss = sum / batch.size();
        sum = 0;
        average = Double.isNaN(average) ? loss : average * .9 + loss * .1;
    }

    @Override
    public void onRolledBack(LoopControl loop, DivergenceException cause, Path checkpoint) {
        // What the batch at fault had added up.
        sum = 0;
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) {
        images += report.rows();
        long now = System.nanoTime();
        lines.accept(String.format(
                Locale.ROOT,
                "%d: %f, %f avg, %f rate, %f seconds, %d images",
                report.step(),
                loss,
                average,
                report.learningRate(),
                (now - last) / 1e9,
                images));
        last = now;
    }

    @Override
    public String state() {
        return average + " " + images;
    }

    @Override
    public void restore(String state) {
        int space = state.indexOf(' ');
        average = Double.parseDouble(state.substring(0, space));
        images = Long.parseLong(state.substring(space + 1));
    }
}

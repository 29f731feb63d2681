package org.batchmill.train.events;

import java.io.IOException;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingResult;
import org.batchmill.train.network.Parameter;

/**
 * Writes what happens in a training for TensorBoard. Scalars at every step; histograms, with the mean, the standard deviation, the
 * smallest and the largest value as scalars, and the kernels of the first convolution now and then: they copy every parameter off
 * the device. The caller closes the writer.
 */
public final class EventHook implements Hook {

    /** Their hundreds of charts are told apart from the few of the training, and come behind them, where names are in order. */
    private static final String VARIABLES = "variables/";

    private final EventWriter events;
    private final long histogramsEvery;

    /** @param histogramsEvery steps between two sets of histograms, the first behind step 1; 0 for none */
    public EventHook(EventWriter events, long histogramsEvery) {
        this.events = events;
        this.histogramsEvery = histogramsEvery;
    }

    @Override
    public void onStarted(LoopControl loop) throws IOException {
        events.started(loop.step() + 1);
        ProgramSpec spec = loop.program().spec();
        events.graph(spec.network(), spec.loss());
        events.flush();
    }

    @Override
    public void onGradientsReady(LoopControl loop, Batch batch) throws IOException {
        if (!histogramsDue(loop.step() + 1)) {
            return;
        }
        Program program = loop.program();
        for (Parameter parameter : program.spec().network().parameters()) {
            if (parameter.trainable()) {
                spread(
                        VARIABLES + "gradients/" + parameter.name(),
                        program.gradient(parameter.name()),
                        loop.step() + 1);
            }
        }
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        long step = report.step();
        events.scalar("train/loss", report.loss(), step);
        events.scalar("train/learning_rate", report.learningRate(), step);
        events.scalar("train/gradient_norm", report.gradientNorm(), step);
        events.scalar("input/images_per_second", report.pace().imagesPerSecond(), step);
        events.scalar("input/waited_share", report.pace().waitedShare(), step);
        if (histogramsDue(step)) {
            weights(loop.program(), step);
        }
    }

    private boolean histogramsDue(long step) {
        return histogramsEvery > 0 && (step == 1 || step % histogramsEvery == 0);
    }

    private void weights(Program program, long step) throws IOException {
        boolean kernelsShown = false;
        for (Parameter parameter : program.spec().network().parameters()) {
            float[] values = program.parameter(parameter.name());
            spread(VARIABLES + "weights/" + parameter.name(), values, step);
            if (!kernelsShown && KernelSheet.fits(parameter)) {
                KernelSheet sheet = new KernelSheet(parameter, values);
                events.image(
                        "kernels/" + parameter.name(), sheet.height, sheet.width, sheet.channels, sheet.png(), step);
                kernelsShown = true;
            }
        }
        events.flush();
    }

    private void spread(String tag, float[] values, long step) throws IOException {
        Histogram histogram = Histogram.of(values);
        events.histogram(tag, histogram, step);
        events.scalar(tag + "/mean", histogram.mean(), step);
        events.scalar(tag + "/std", histogram.standardDeviation(), step);
        events.scalar(tag + "/min", histogram.min(), step);
        events.scalar(tag + "/max", histogram.max(), step);
    }

    @Override
    public void onEvaluated(LoopControl loop, Evaluation evaluation) throws IOException {
        events.scalar("validation/loss", evaluation.loss(), evaluation.step());
        for (Map.Entry<String, Double> score : evaluation.scores().entrySet()) {
            if (!score.getKey().equals("loss")) { // which tasks count among their scores
                events.scalar("validation/" + score.getKey(), score.getValue(), evaluation.step());
            }
        }
        events.flush();
    }

    @Override
    public void onEnded(LoopControl loop, TrainingResult result) throws IOException {
        events.ended(true);
        events.flush();
    }
}

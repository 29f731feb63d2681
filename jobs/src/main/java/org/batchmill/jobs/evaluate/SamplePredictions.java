package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.util.stream.IntStream;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SelectedSamples;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.Predictions;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.SampleSource;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Network;

/** What a network says of the samples that it was trained and validated on. Used by one thread; owns nothing. */
public final class SamplePredictions implements Predictions {

    private final Learning learning;
    private final Program program;
    private final TrainingSets sets;
    private final InputOptions input;

    public SamplePredictions(Learning learning, Program program, TrainingSets sets, InputOptions input) {
        this.learning = learning;
        this.program = program;
        this.sets = sets;
        this.input = input;
    }

    @Override
    public Network network() {
        return learning.network();
    }

    @Override
    public SampleSource training() {
        return sets.training();
    }

    @Override
    public SampleSource validation() {
        return sets.validation();
    }

    @Override
    public void each(SampleSource.Indexed source, int most, Taker taker) throws IOException, InterruptedException {
        int count = (int) Math.min(most, source.size());
        int[] spread = IntStream.range(0, count)
                .map(i -> (int) (source.size() * i / count))
                .toArray();
        SampleBatches samples = new SampleBatches(
                new SelectedSamples(source, spread),
                learning.shape(program.spec().batchSize()),
                learning.evaluation(),
                input,
                new PipelineListener() {});
        try (PipelineBatches batches = samples.inOrder()) {
            while (true) {
                try (Batch batch = batches.next()) {
                    if (batch == null) {
                        return;
                    }
                    float[] outputs =
                            new float[batch.size() * learning.network().output().size()];
                    program.predict(batch.pixels(), batch.size(), outputs);
                    taker.take(batch, outputs);
                }
            }
        }
    }
}

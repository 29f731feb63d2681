package org.batchmill.jobs.topic;

import java.io.IOException;
import org.batchmill.batches.Batch;
import org.batchmill.train.loop.Evaluator;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.Predictor;

/**
 * Evaluates each batch with the weights from before it is learnt, in inference mode: what the network would have made of the samples when
 * they arrived (Gama, Sebastiao and Rodrigues, "On evaluating stream learning algorithms", 2013). The loss is faded: an older batch
 * counts {@value #FADING} times the one behind it, so that the figure follows a drift. Costs a forward pass a step.
 */
final class Prequential implements Hook {

    private static final double FADING = .98;

    private double faded;
    private double weight;

    /** The faded mean of the losses; NaN before the first. */
    double loss() {
        return weight == 0 ? Double.NaN : faded / weight;
    }

    @Override
    public void onArrived(LoopControl loop, Batch batch) throws IOException {
        double loss = new Evaluator(
                        Predictor.of(loop.program()),
                        loop.task(),
                        loop.program().spec().loss())
                .loss(batch);
        faded = FADING * faded + loss;
        weight = FADING * weight + 1;
    }

    @Override
    public String state() {
        return faded + " " + weight;
    }

    @Override
    public void restore(String state) {
        String[] words = state.split(" ", -1);
        faded = Double.parseDouble(words[0]);
        weight = Double.parseDouble(words[1]);
    }
}

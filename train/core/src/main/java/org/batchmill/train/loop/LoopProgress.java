package org.batchmill.train.loop;

import java.util.Map;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.task.Task;

/** How far a training is: what its loop counts, and the best that was measured. Used by the loop's thread. */
final class LoopProgress {

    private final Task task;

    /** Updates done. */
    long step;

    /** Samples learnt from. */
    long samples;

    /** Of the last update; NaN before the first. */
    double lastLoss = Double.NaN;

    /** How often the training went back to a checkpoint. */
    int rollbacks;

    private long evaluatedStep = -1;
    private double bestMetric = Double.NaN;
    private Map<String, Double> lastScores = Map.of();
    private Evaluation lastEvaluation;

    LoopProgress(Task task) {
        this.task = task;
    }

    /** Takes the outcome of an evaluation after the last update. */
    Evaluation evaluated(Evaluator.Outcome outcome) {
        double metric = outcome.scores().get(task.metric());
        boolean best = !Double.isNaN(metric)
                && (Double.isNaN(bestMetric) || (task.higherIsBetter() ? metric > bestMetric : metric < bestMetric));
        bestMetric = best ? metric : bestMetric;
        lastScores = outcome.scores();
        evaluatedStep = step;
        lastEvaluation = new Evaluation(step, outcome.loss(), metric, best, outcome.scores());
        return lastEvaluation;
    }

    /** Whether what the last update made was evaluated. */
    boolean isEvaluated() {
        return evaluatedStep == step;
    }

    /** The last one of this run; null if there was none. */
    Evaluation lastEvaluation() {
        return lastEvaluation;
    }

    /** Of the last evaluation, of an earlier run if this one had none. */
    Map<String, Double> lastScores() {
        return lastScores;
    }

    /** What a checkpoint keeps of it beside its own counts. */
    String text() {
        return rollbacks + " " + evaluatedStep + " " + bestMetric;
    }

    /** @param text what {@link #text()} wrote */
    void restore(Checkpoint.Progress saved, String text) {
        step = saved.step();
        samples = saved.samples();
        lastScores = saved.scores();
        String[] words = text.split(" ", -1);
        rollbacks = Integer.parseInt(words[0]);
        evaluatedStep = Long.parseLong(words[1]);
        bestMetric = Double.parseDouble(words[2]);
    }
}

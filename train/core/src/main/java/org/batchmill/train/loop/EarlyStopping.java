package org.batchmill.train.loop;

import java.util.Locale;

/** Stops when the metric has not improved for some evaluations. */
public final class EarlyStopping implements Hook {

    private final int patience;
    private final double margin;
    private double best = Double.NaN;
    private int withoutImprovement;

    /**
     * @param patience evaluations in a row without improvement after which the training stops
     * @param margin   what counts as an improvement: better by more than this, absolute
     */
    public EarlyStopping(int patience, double margin) {
        this.patience = patience;
        this.margin = margin;
    }

    @Override
    public void onEvaluated(LoopControl loop, Evaluation evaluation) {
        double metric = evaluation.metric();
        double gain = loop.task().higherIsBetter() ? metric - best : best - metric;
        if (Double.isNaN(best) || gain > margin) {
            best = metric;
            withoutImprovement = 0;
        } else if (++withoutImprovement >= patience) {
            loop.stop(String.format(
                    Locale.ROOT,
                    "%s has not improved on %.6g for %d evaluations",
                    loop.task().metric(),
                    best,
                    withoutImprovement));
        }
    }

    @Override
    public String state() {
        return withoutImprovement + " " + best;
    }

    @Override
    public void restore(String state) {
        String[] parts = state.split(" ", -1);
        withoutImprovement = Integer.parseInt(parts[0]);
        best = Double.parseDouble(parts[1]);
    }
}

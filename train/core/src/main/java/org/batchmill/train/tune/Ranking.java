package org.batchmill.train.tune;

import java.util.List;
import java.util.Locale;

/**
 * The outcome of a search, best first; trials that failed come last.
 *
 * @param metric what the scores are called
 */
public record Ranking(String metric, List<Place> places) {

    /**
     * What a trial came to.
     *
     * @param scores of each fold in order; NaN where it failed
     */
    public record Place(Trial trial, List<Double> scores) {
        public Place {
            scores = List.copyOf(scores);
        }

        /** NaN if any fold failed. */
        public double mean() {
            return scores.stream().mapToDouble(Double::doubleValue).sum() / scores.size();
        }

        /** Of the population of folds. */
        public double standardDeviation() {
            double mean = mean();
            return Math.sqrt(scores.stream()
                            .mapToDouble(score -> (score - mean) * (score - mean))
                            .sum()
                    / scores.size());
        }
    }

    public Ranking {
        places = List.copyOf(places);
    }

    /** A line a trial, for a terminal. */
    public String format() {
        StringBuilder table = new StringBuilder();
        int rank = 1;
        for (Place place : places) {
            table.append(String.format(Locale.ROOT, "%3d  %s ", rank++, metric));
            table.append(
                    Double.isNaN(place.mean())
                            ? "failed"
                            : String.format(Locale.ROOT, "%.5g +- %.2g", place.mean(), place.standardDeviation()));
            place.trial()
                    .values()
                    .forEach((name, value) ->
                            table.append("  ").append(name).append('=').append(value));
            table.append('\n');
        }
        return table.toString();
    }
}

package org.batchmill.jobs.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.jobs.options.Balancing;
import org.batchmill.queues.pipeline.Sampling;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;

/**
 * Draws classes, or the bins of a steering histogram, equally often. All labels are read once, at the start. An image with boxes of
 * several classes counts for the one that fewest images show. A bad sample stays in the draw, for the error policy to meet and to
 * name: it joins the bin of the one before it.
 */
final class Balance {

    private final SampleSource.Indexed source;
    private final List<Labels> labels;

    private Balance(SampleSource.Indexed source) throws IOException {
        this.source = source;
        this.labels = new ArrayList<>();
        for (long index = 0; index < source.size(); index++) {
            labels.add(labelsOf(index));
        }
    }

    /**
     * The draws.
     *
     * @param maxRepeat no sample is drawn more often than this in an epoch
     */
    static Sampling of(Balancing what, double maxRepeat, SampleSource.Indexed source) throws IOException {
        if (!(maxRepeat >= 1)) {
            throw new OptionException("{max-repeat} is at least 1, not " + maxRepeat);
        }
        Balance balance = new Balance(source);
        return what.ofClasses() ? balance.byClass(maxRepeat) : balance.bySteering(what.bins(), maxRepeat);
    }

    private Labels labelsOf(long index) throws IOException {
        try {
            return source.labels(index);
        } catch (DataException e) {
            return labels.isEmpty() ? Labels.NONE : labels.get(labels.size() - 1);
        }
    }

    private Sampling byClass(double maxRepeat) {
        Map<String, Integer> images = new HashMap<>();
        for (Labels each : labels) {
            SampleKinds.classes(each).forEach(name -> images.merge(name, 1, Integer::sum));
        }
        if (images.isEmpty()) {
            throw new OptionException("{balance} classes: the samples have no classes");
        }
        List<String> names = images.keySet().stream()
                .sorted(Comparator.<String>comparingInt(images::get).thenComparing(Comparator.naturalOrder()))
                .toList();
        Map<String, Integer> rank = new HashMap<>();
        names.forEach(name -> rank.put(name, rank.size()));
        return Sampling.balanced(
                labels.size(),
                index -> SampleKinds.classes(labels.get((int) index)).stream()
                        .mapToInt(rank::get)
                        .min()
                        .orElse(names.size()),
                maxRepeat);
    }

    private Sampling bySteering(int bins, double maxRepeat) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (Labels each : labels) {
            if (each instanceof Labels.Steering steering) {
                least = Math.min(least, steering.angle());
                most = Math.max(most, steering.angle());
            }
        }
        if (least > most) {
            throw new OptionException("{balance} steering: the samples have no steering angle");
        }
        double low = least;
        double width = (most - least) / bins;
        return Sampling.balanced(
                labels.size(),
                index -> labels.get((int) index) instanceof Labels.Steering steering
                        ? Math.min(bins - 1L, (long) ((steering.angle() - low) / width))
                        : bins,
                maxRepeat);
    }
}

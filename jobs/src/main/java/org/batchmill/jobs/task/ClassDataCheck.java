package org.batchmill.jobs.task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.batchmill.records.DataException;
import org.batchmill.records.SampleSource;

/** How many samples the classes have, before a training begins. */
final class ClassDataCheck {

    /** From this ratio of the commonest class to the rarest on it is worth a word. */
    private static final double UNBALANCED = 3;

    /** More classes are summed up. */
    private static final int MOST_CLASSES = 50;

    private ClassDataCheck() {}

    /**
     * A line of counts, and a line if they differ much.
     *
     * @param classes that are trained
     */
    static List<String> lines(SampleSource.Indexed source, List<String> classes) throws IOException {
        SampleSource.Indexed looked = ThinnedSamples.of(source);
        Map<String, Integer> counts = new LinkedHashMap<>();
        classes.forEach(name -> counts.put(name, 0));
        for (long index = 0; index < looked.size(); index++) {
            for (String name : names(looked, index)) {
                counts.merge(name, 1, Integer::sum);
            }
        }
        List<String> lines = new ArrayList<>();
        String few = looked.size() < source.size()
                ? String.format(Locale.ROOT, ", of %,d samples looked at", looked.size())
                : "";
        int least = counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        lines.add(
                counts.size() <= MOST_CLASSES
                        ? "samples a class: "
                                + counts.entrySet().stream()
                                        .map(entry -> entry.getKey() + " " + entry.getValue())
                                        .collect(Collectors.joining(", "))
                                + few
                        : "samples a class: " + least + " to " + most + few);
        if (most >= UNBALANCED * least) {
            lines.add("the commonest class has " + most + " samples, the rarest " + least
                    + ": --balance classes draws them equally often");
        }
        return lines;
    }

    /** A bad sample is told when the training meets it. */
    private static List<String> names(SampleSource.Indexed source, long index) throws IOException {
        try {
            return source.labels(index).classNames();
        } catch (DataException e) {
            return List.of();
        }
    }
}

package org.batchmill.jobs.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.train.engine.Program.Span;

/** Where the time of a step goes: the median time of each operation, in the order in which they run. Used by one thread. */
final class OperationTimes {

    /** Operations below this share of a step are summed up in one line. */
    private static final double SMALL = .002;

    /** The same operation may run several times for one layer: each is told apart by how often it was seen in this step. */
    private record Key(String layer, String pass, String operation, int repeat) {}

    private final Map<Key, List<Long>> nanos = new LinkedHashMap<>();
    private final Map<Key, Integer> inThisStep = new HashMap<>();

    void add(Span span) {
        Key first = new Key(span.layer(), span.pass(), span.operation(), 0);
        int repeat = inThisStep.merge(first, 1, Integer::sum);
        Key key = new Key(span.layer(), span.pass(), span.operation(), repeat);
        nanos.computeIfAbsent(key, its -> new ArrayList<>()).add(span.nanos());
    }

    void stepped() {
        inThisStep.clear();
    }

    /** A line for each operation: milliseconds, percent of their sum, layer, pass, operation. */
    List<String> lines() {
        Map<Key, Double> medians = new LinkedHashMap<>();
        nanos.forEach((key, times) -> medians.put(key, medianMillis(times)));
        double sum = medians.values().stream().mapToDouble(Double::doubleValue).sum();
        List<String> lines = new ArrayList<>();
        double small = 0;
        for (Map.Entry<Key, Double> entry : medians.entrySet()) {
            if (entry.getValue() < SMALL * sum) {
                small += entry.getValue();
            } else {
                Key key = entry.getKey();
                lines.add(line(entry.getValue(), sum, key.layer(), key.pass(), key.operation()));
            }
        }
        lines.add(line(small, sum, "all others", "", ""));
        return lines;
    }

    private static String line(double millis, double sum, String layer, String pass, String operation) {
        return String.format(
                        Locale.ROOT,
                        "%9.3f ms %5.1f %%  %-16s %-8s  %s",
                        millis,
                        100 * millis / sum,
                        layer,
                        pass,
                        operation)
                .stripTrailing();
    }

    private static double medianMillis(List<Long> times) {
        long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] * 1e-6;
    }
}

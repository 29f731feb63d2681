package org.batchmill.train.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/** The parameters of a network with the moments of their values, for people. */
public final class ParameterTable {

    private ParameterTable() {}

    /**
     * A line of the table.
     *
     * @param dimensions        in the canonical layout
     * @param standardDeviation of the population
     */
    public record Row(String name, List<Integer> dimensions, int count, double mean, double standardDeviation) {}

    /** A row a parameter, in the order of the network. */
    public static List<Row> of(Network network, Map<String, float[]> parameters) {
        List<Row> rows = new ArrayList<>();
        for (Parameter parameter : network.parameters()) {
            float[] values = parameters.get(parameter.name());
            double mean = 0;
            for (float value : values) {
                mean += value;
            }
            mean /= values.length;
            double squares = 0;
            for (float value : values) {
                squares += (value - mean) * (value - mean);
            }
            rows.add(new Row(
                    parameter.name(), parameter.dimensions(), values.length, mean, Math.sqrt(squares / values.length)));
        }
        return rows;
    }

    /** The rows under a heading, with their sum, in columns for a terminal. */
    public static String format(List<Row> rows) {
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(4);
        String line = "%-" + Math.max(width, 9) + "s  %-18s %12s %12s %12s%n";
        StringBuilder table =
                new StringBuilder(String.format(Locale.ROOT, line, "parameter", "shape", "count", "mean", "std"));
        long sum = 0;
        for (Row row : rows) {
            sum += row.count();
            table.append(String.format(
                    Locale.ROOT,
                    line,
                    row.name(),
                    String.join(
                            "x", row.dimensions().stream().map(String::valueOf).toList()),
                    row.count(),
                    String.format(Locale.ROOT, "%.5g", row.mean()),
                    String.format(Locale.ROOT, "%.5g", row.standardDeviation())));
        }
        return table.append(String.format(Locale.ROOT, line, "all", "", sum, "", ""))
                .toString();
    }
}

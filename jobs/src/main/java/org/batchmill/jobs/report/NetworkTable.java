package org.batchmill.jobs.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/** The layers of a network in the order in which they run. Stateless. */
public final class NetworkTable {

    private NetworkTable() {}

    /**
     * A layer.
     *
     * @param words      what it is
     * @param inputs     what it reads
     * @param shape      of its output; where there are several frames, their number in front: {@code 5 * 32}
     * @param parameters how many numbers training changes
     */
    public record Row(String name, String words, List<String> inputs, String shape, long parameters) {

        /** With the keys of docs/cli.md. */
        public Map<String, Object> keys() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("name", name);
            keys.put("kind", words);
            keys.put("inputs", inputs);
            keys.put("shape", shape);
            keys.put("parameters", parameters);
            return keys;
        }
    }

    /** A row for each layer. */
    public static List<Row> of(Network network) {
        Map<String, Long> parameters = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            parameters.merge(parameter.layer(), parameter.trainable() ? (long) parameter.size() : 0, Long::sum);
        }
        List<Row> rows = new ArrayList<>();
        network.outputShapes().forEach((name, shape) -> rows.add(new Row(name, "", List.of(), shape.toString(), 0)));
        for (int i = 0; i < rows.size(); i++) {
            Layer layer = network.layers().get(i);
            int frames = network.timeSteps() == 1 ? 1 : network.frames(layer.name());
            rows.set(
                    i,
                    new Row(
                            layer.name(),
                            layer.accept(new LayerWords()),
                            network.inputs().get(layer.name()),
                            (frames == 1 ? "" : frames + " * ") + rows.get(i).shape(),
                            parameters.getOrDefault(layer.name(), 0L)));
        }
        return rows;
    }

    /** The rows as lines, with what a layer reads where that is not the one before it. */
    public static List<String> lines(Network network) {
        List<Row> rows = of(network);
        int names = width(rows.stream().map(Row::name).toList(), "layer");
        int words = width(rows.stream().map(Row::words).toList(), "kind");
        int shapes = width(rows.stream().map(Row::shape).toList(), "output");
        String format = "%-" + names + "s  %-" + words + "s  %-" + shapes + "s  %12s%s";
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, format, "layer", "kind", "output", "parameters", ""));
        String before = Network.INPUT;
        for (Row row : rows) {
            String reads = row.inputs().equals(List.of(before)) ? "" : "  reads " + String.join(", ", row.inputs());
            lines.add(String.format(
                    Locale.ROOT,
                    format,
                    row.name(),
                    row.words(),
                    row.shape(),
                    String.format(Locale.ROOT, "%,d", row.parameters()),
                    reads));
            before = row.name();
        }
        return lines;
    }

    private static int width(List<String> texts, String head) {
        return texts.stream().mapToInt(String::length).reduce(head.length(), Math::max);
    }
}

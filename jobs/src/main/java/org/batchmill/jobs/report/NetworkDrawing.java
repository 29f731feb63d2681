package org.batchmill.jobs.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.augment.draw.Markup;
import org.batchmill.train.network.Network;

/**
 * A network's graph as SVG: a line for each layer in the order in which they run, with its words, shape and parameters beside it, and the
 * connections in lanes, as histories of branches are drawn. An output keeps its lane until the last layer that reads it, so no connection
 * runs over another layer. Used once.
 */
public final class NetworkDrawing {

    private static final int LINE = 24;
    private static final int LANE = 18;
    private static final int LEFT = 20;
    private static final int TOP = 34;
    private static final int GAP = 24;
    /** Of a letter, on average. */
    private static final double LETTER = 7.3;

    private static final String[] COLOURS = {"#27597a", "#b4552d", "#3c7a3f", "#7a4f8f", "#a0812c", "#2f7f7d"};

    private final List<NetworkTable.Row> rows;
    private final Map<String, Integer> places = new HashMap<>();
    private final Map<String, Integer> lanes = new HashMap<>();
    private final StringBuilder svg = new StringBuilder();
    private int laneCount;

    private NetworkDrawing(Network network) {
        rows = new ArrayList<>();
        rows.add(new NetworkTable.Row(
                Network.INPUT,
                "",
                List.of(),
                (network.timeSteps() == 1 ? "" : network.timeSteps() + " * ") + network.input(),
                0));
        rows.addAll(NetworkTable.of(network));
        for (int i = 0; i < rows.size(); i++) {
            places.put(rows.get(i).name(), i);
        }
    }

    /** The drawing of a network. */
    public static String svg(Network network) {
        return new NetworkDrawing(network).draw(network.name());
    }

    private String draw(String title) {
        assignLanes();
        int text = LEFT + laneCount * LANE + 6;
        int words = text + width(rows.stream().map(NetworkTable.Row::name).toList());
        int shapes = words + width(rows.stream().map(NetworkTable.Row::words).toList());
        int counts = shapes + width(rows.stream().map(NetworkTable.Row::shape).toList()) + 90;
        int height = TOP + rows.size() * LINE;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"monospace\" font-size=\"12\">%n",
                counts + LEFT, height, counts + LEFT, height);
        add("<title>%s</title>%n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n", Markup.escape(title));
        shadeScopes(counts + LEFT);
        rows.forEach(this::connections);
        for (int i = 0; i < rows.size(); i++) {
            NetworkTable.Row row = rows.get(i);
            add(
                    "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>%n",
                    x(row.name()),
                    y(i),
                    row.parameters() > 0 ? colour(row.name()) : "#ffffff\" stroke=\"" + colour(row.name()));
            label(text, i, "start", row.name());
            label(words, i, "start", row.words());
            label(shapes, i, "start", row.shape());
            label(counts, i, "end", row.parameters() == 0 ? "" : String.format(Locale.ROOT, "%,d", row.parameters()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static int width(List<String> texts) {
        return (int) (LETTER * texts.stream().mapToInt(String::length).max().orElse(0)) + GAP;
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private void label(int x, int row, String anchor, String text) {
        if (!text.isEmpty()) {
            add("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y(row) + 4, anchor, Markup.escape(text));
        }
    }

    private int y(int row) {
        return TOP + row * LINE - LINE / 2;
    }

    private int x(String layer) {
        return LEFT + lanes.get(layer) * LANE;
    }

    private String colour(String layer) {
        return COLOURS[lanes.get(layer) % COLOURS.length];
    }

    /** A layer takes the lane of an input that nobody reads afterwards, else the first that is free. */
    private void assignLanes() {
        Map<String, Integer> lastReader = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            for (String input : rows.get(i).inputs()) {
                lastReader.put(input, i);
            }
        }
        List<String> holders = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            int own = -1;
            for (String input : rows.get(i).inputs()) {
                int lane = holders.indexOf(input);
                if (lane >= 0 && lastReader.get(input) == i) {
                    holders.set(lane, null);
                    own = own < 0 ? lane : Math.min(own, lane);
                }
            }
            if (own < 0) {
                own = holders.indexOf(null);
            }
            if (own < 0) {
                own = holders.size();
                holders.add(null);
            }
            holders.set(own, rows.get(i).name());
            lanes.put(rows.get(i).name(), own);
        }
        laneCount = holders.size();
    }

    /** Every other scope lies on grey. */
    private void shadeScopes(int width) {
        boolean grey = false;
        String before = "";
        for (int i = 0; i < rows.size(); i++) {
            String name = rows.get(i).name();
            String scope = name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "";
            grey = !scope.isEmpty() && (scope.equals(before) ? grey : !grey);
            if (grey) {
                add(
                        "<rect x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f2f2f0\"/>%n",
                        y(i) - LINE / 2, width, LINE);
            }
            before = scope;
        }
    }

    private void connections(NetworkTable.Row row) {
        int to = places.get(row.name());
        for (String input : row.inputs()) {
            int from = places.get(input);
            int bend = Math.max(y(from), y(to) - LINE);
            add(
                    "<path d=\"M%d %d V%d L%d %d\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n",
                    x(input), y(from), bend, x(row.name()), y(to), colour(input));
        }
    }
}

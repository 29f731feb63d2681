package org.batchmill.augment.draw;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A chart of lines, points or bars over two axes with round ticks, a grid and a legend: loss curves, precision over recall,
 * histograms. Values that are not finite leave gaps. Used by one thread at a time.
 */
public final class Chart {

    private enum Kind {
        LINE,
        POINTS,
        BARS
    }

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Series(String name, Kind kind, double[] x, double[] y) {}

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final List<Series> series = new ArrayList<>();
    private double[] xRange;
    private double[] yRange;

    public Chart(String title, String xTitle, String yTitle) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
    }

    /** Adds a line through points in the given order. */
    public Chart line(String name, double[] x, double[] y) {
        return add(name, Kind.LINE, x, y);
    }

    /** Adds separate points. */
    public Chart points(String name, double[] x, double[] y) {
        return add(name, Kind.POINTS, x, y);
    }

    /**
     * Adds bars that stand on zero.
     *
     * @param edges of the bars, one more than there are heights
     */
    public Chart bars(String name, double[] edges, double[] heights) {
        if (edges.length != heights.length + 1) {
            throw new IllegalArgumentException(edges.length + " edges for " + heights.length + " bars");
        }
        series.add(new Series(name, Kind.BARS, edges.clone(), heights.clone()));
        return this;
    }

    /** Adds bars that count how many values fall into each of {@code bins} equal parts of their range. */
    public Chart histogram(String name, double[] values, int bins) {
        double low = Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
        double high = Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
        double width = high > low ? (high - low) / bins : 1.0 / bins;
        double[] edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++) {
            edges[i] = low + i * width;
        }
        double[] counts = new double[bins];
        for (double value : values) {
            if (Double.isFinite(value)) {
                counts[Math.min(bins - 1, (int) ((value - low) / width))]++;
            }
        }
        return bars(name, edges, counts);
    }

    private Chart add(String name, Kind kind, double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(x.length + " x for " + y.length + " y");
        }
        series.add(new Series(name, kind, x.clone(), y.clone()));
        return this;
    }

    /** Fixes the x axis; otherwise it spans the data. */
    public Chart xRange(double low, double high) {
        xRange = new double[] {low, high};
        return this;
    }

    /** Fixes the y axis; otherwise it spans the data. */
    public Chart yRange(double low, double high) {
        yRange = new double[] {low, high};
        return this;
    }

    /** The chart, which the caller closes. */
    public Canvas draw(int width, int height) {
        // Drawn twice as large and averaged: hairlines and small text come out smooth.
        try (Canvas large = Canvas.blank(2 * width, 2 * height, Rgb.WHITE)) {
            draw(large, title);
            return large.halved();
        }
    }

    /** The chart as an SVG element, which scales to the space that it is given; its title is the element's. */
    public String svg(int width, int height) {
        SvgDrawing drawing = new SvgDrawing(title, 2 * width, 2 * height);
        draw(drawing, "");
        return drawing.finish();
    }

    /** @param heading above the axes */
    private void draw(Drawing drawing, String heading) {
        Axis x = Axis.over(xRange != null ? xRange : range(true), drawing.width() / 180);
        Axis y = Axis.over(yRange != null ? yRange : range(false), drawing.height() / 100);
        ChartFrame frame = new ChartFrame(drawing, x, y);
        frame.axes(heading, xTitle, yTitle);
        for (int i = 0; i < series.size(); i++) {
            Series each = series.get(i);
            Rgb colour = Rgb.of(i);
            switch (each.kind) {
                case LINE -> frame.line(each.x, each.y, colour);
                case POINTS -> frame.points(each.x, each.y, colour);
                case BARS -> frame.bars(each.x, each.y, colour);
            }
        }
        frame.legend(series.stream().map(Series::name).toList());
    }

    private double[] range(boolean across) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Series each : series) {
            if (!across && each.kind == Kind.BARS) {
                low = Math.min(low, 0);
            }
            for (double value : across ? each.x : each.y) {
                if (Double.isFinite(value)) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
        }
        return low <= high ? new double[] {low, high} : new double[] {0, 1};
    }
}

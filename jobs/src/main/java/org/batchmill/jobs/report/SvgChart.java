package org.batchmill.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Curves over steps as an SVG element. */
final class SvgChart {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 260;
    private static final int LEFT = 64;
    private static final int RIGHT = 28;
    private static final int TOP = 14;
    private static final int BOTTOM = 34;
    private static final int TICKS = 4;

    /** A page stays small and a curve keeps its outline with so many columns, each drawn by its lowest and highest point. */
    private static final int COLUMNS = 400;

    private final List<Curve> curves;
    private double lowX = Double.POSITIVE_INFINITY;
    private double highX = Double.NEGATIVE_INFINITY;
    private double lowY = Double.POSITIVE_INFINITY;
    private double highY = Double.NEGATIVE_INFINITY;
    private final StringBuilder svg = new StringBuilder();

    private SvgChart(List<Curve> curves) {
        this.curves = curves;
        for (Curve curve : curves) {
            for (Curve.Point point : curve.points()) {
                lowX = Math.min(lowX, point.x());
                highX = Math.max(highX, point.x());
                lowY = Math.min(lowY, point.y());
                highY = Math.max(highY, point.y());
            }
        }
        if (lowX == highX) {
            highX = lowX + 1;
        }
        if (lowY == highY) {
            double margin = lowY == 0 ? 1 : Math.abs(lowY) * .1;
            lowY -= margin;
            highY += margin;
        }
    }

    /** The chart, or a sentence where there is nothing to draw. */
    static String of(String title, List<Curve> curves) {
        List<Curve> drawn =
                curves.stream().filter(curve -> !curve.points().isEmpty()).toList();
        if (drawn.isEmpty()) {
            return "<p class=\"none\">" + Html.escape(title) + ": nothing was measured.</p>\n";
        }
        return new SvgChart(drawn).draw(title);
    }

    private String draw(String title) {
        add("<svg viewBox=\"0 0 %d %d\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\n", WIDTH, HEIGHT);
        svg.append("<title>").append(Html.escape(title)).append("</title>\n");
        axes();
        int row = 0;
        for (Curve curve : curves) {
            add("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"%s\" points=\"", curve.colour());
            thinned(curve).forEach(point -> add("%.1f,%.1f ", x(point.x()), y(point.y())));
            svg.append("\"/>\n");
            if (curve.points().size() == 1) {
                Curve.Point point = curve.points().get(0);
                add(
                        "<circle r=\"3\" cx=\"%.1f\" cy=\"%.1f\" fill=\"%s\"/>\n",
                        x(point.x()), y(point.y()), curve.colour());
            }
            add(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" style=\"fill: %s\">%s</text>\n",
                    WIDTH - RIGHT - 4, TOP + 14 + 16 * row++, curve.colour(), Html.escape(curve.name()));
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes() {
        for (int i = 0; i <= TICKS; i++) {
            double valueY = lowY + (highY - lowY) * i / TICKS;
            double valueX = lowX + (highX - lowX) * i / TICKS;
            add(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                    LEFT, WIDTH - RIGHT, y(valueY), y(valueY));
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 6, y(valueY) + 4, number(valueY));
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                    x(valueX), HEIGHT - BOTTOM + 18, number(valueX));
        }
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">step</text>\n", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e5 || (size > 0 && size < 1e-3)) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, size >= 100 ? "%.0f" : "%.3g", value);
    }

    private List<Curve.Point> thinned(Curve curve) {
        List<Curve.Point> points = curve.points();
        if (points.size() <= 2 * COLUMNS) {
            return points;
        }
        List<Curve.Point> kept = new ArrayList<>();
        for (int column = 0; column < COLUMNS; column++) {
            int from = (int) ((long) points.size() * column / COLUMNS);
            int to = (int) ((long) points.size() * (column + 1) / COLUMNS);
            int low = from;
            int high = from;
            for (int i = from; i < to; i++) {
                low = points.get(i).y() < points.get(low).y() ? i : low;
                high = points.get(i).y() > points.get(high).y() ? i : high;
            }
            kept.add(points.get(Math.min(low, high)));
            kept.add(points.get(Math.max(low, high)));
        }
        return kept;
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private double x(double value) {
        return LEFT + (value - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
    }
}

package org.batchmill.jobs.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.batchmill.augment.draw.Axis;

/** Curves over steps as an SVG element. */
final class SvgChart {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 260;
    private static final int LEFT = 64;
    /** Names of curves stand beside their ends. */
    private static final int RIGHT = 130;

    private static final int LINE = 14;
    private static final int TOP = 14;
    private static final int BOTTOM = 34;
    private static final int TICKS_ACROSS = 6;
    private static final int TICKS_DOWN = 5;

    /** A page stays small and a curve keeps its outline with so many columns, each drawn by its lowest and highest point. */
    private static final int COLUMNS = 400;

    private final List<Curve> curves;
    private final Axis across;
    private final Axis down;
    private final StringBuilder svg = new StringBuilder();

    private SvgChart(List<Curve> curves) {
        this.curves = curves;
        double lowX = Double.POSITIVE_INFINITY;
        double highX = Double.NEGATIVE_INFINITY;
        double lowY = Double.POSITIVE_INFINITY;
        double highY = Double.NEGATIVE_INFINITY;
        for (Curve curve : curves) {
            for (Curve.Point point : curve.points()) {
                lowX = Math.min(lowX, point.x());
                highX = Math.max(highX, point.x());
                lowY = Math.min(lowY, point.y());
                highY = Math.max(highY, point.y());
            }
        }
        across = Axis.over(new double[] {lowX, highX}, TICKS_ACROSS);
        down = Axis.over(new double[] {lowY, highY}, TICKS_DOWN);
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
        }
        names();
        return svg.append("</svg>\n").toString();
    }

    /** Each at the end of its curve, or below the name of one that ends close by. */
    private void names() {
        List<Curve> fromTop = curves.stream()
                .sorted(Comparator.comparingDouble(curve -> y(end(curve).y())))
                .toList();
        double free = TOP;
        for (Curve curve : fromTop) {
            Curve.Point end = end(curve);
            double at = Math.max(free, y(end.y()) + 4);
            free = at + LINE;
            add(
                    "<text x=\"%.1f\" y=\"%.1f\" style=\"fill: %s\">%s</text>\n",
                    x(end.x()) + 6, at, curve.colour(), Html.escape(curve.name()));
        }
    }

    private static Curve.Point end(Curve curve) {
        return curve.points().get(curve.points().size() - 1);
    }

    private void axes() {
        for (long tick = down.firstTick(); tick <= down.lastTick(); tick++) {
            double at = y(tick * down.step());
            add("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n", LEFT, WIDTH - RIGHT, at, at);
            add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 6, at + 4, down.label(tick));
        }
        for (long tick = across.firstTick(); tick <= across.lastTick(); tick++) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                    x(tick * across.step()), HEIGHT - BOTTOM + 18, across.label(tick));
        }
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">step</text>\n", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4);
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
        return LEFT + across.part(value) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - down.part(value) * (HEIGHT - TOP - BOTTOM);
    }
}

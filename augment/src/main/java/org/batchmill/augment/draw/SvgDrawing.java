package org.batchmill.augment.draw;

import java.util.Locale;

/** A drawing as an SVG element, small enough for a page: lines of many points are thinned. Used by one thread. */
final class SvgDrawing implements Drawing {

    /** A line keeps its outline with so many columns, each drawn by its highest and lowest point. */
    private static final int COLUMNS = 400;

    /** How high capitals are in a font of size 1; fonts without serifs differ little. */
    private static final double CAPITALS = .72;

    private final int width;
    private final int height;
    private final StringBuilder svg = new StringBuilder();

    SvgDrawing(String title, int width, int height) {
        this.width = width;
        this.height = height;
        add("<svg viewBox=\"0 0 %d %d\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">\n", width, height);
        add("<title>%s</title>\n", Markup.escape(title));
    }

    /** The element, complete. */
    String finish() {
        return svg + "</svg>\n";
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void text(String text, double x, double baseline, double size, Rgb colour) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" font-family=\"sans-serif\" font-size=\"%.1f\" fill=\"%s\">%s</text>\n",
                x, baseline, size / CAPITALS, code(colour), Markup.escape(text));
    }

    @Override
    public void segment(double x0, double y0, double x1, double y1, Rgb colour, int stroke) {
        add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%d\"/>\n",
                x0, y0, x1, y1, code(colour), stroke);
    }

    @Override
    public void polyline(double[] x, double[] y, Rgb colour, int stroke) {
        add("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%d\" points=\"", code(colour), stroke);
        if (x.length <= 2 * COLUMNS) {
            for (int i = 0; i < x.length; i++) {
                add("%.1f,%.1f ", x[i], y[i]);
            }
        } else {
            thinned(x, y);
        }
        svg.append("\"/>\n");
    }

    private void thinned(double[] x, double[] y) {
        for (int column = 0; column < COLUMNS; column++) {
            int from = (int) ((long) x.length * column / COLUMNS);
            int to = (int) ((long) x.length * (column + 1) / COLUMNS);
            int low = from;
            int high = from;
            for (int i = from; i < to; i++) {
                low = y[i] < y[low] ? i : low;
                high = y[i] > y[high] ? i : high;
            }
            int first = Math.min(low, high);
            int second = Math.max(low, high);
            add("%.1f,%.1f %.1f,%.1f ", x[first], y[first], x[second], y[second]);
        }
    }

    @Override
    public void disc(double x, double y, double radius, Rgb colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>\n", x, y, radius, code(colour));
    }

    @Override
    public void rectangleFilled(int left, int top, int right, int bottom, Rgb colour) {
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
                left, top, right - left, bottom - top, code(colour));
    }

    private static String code(Rgb colour) {
        return String.format(Locale.ROOT, "#%02x%02x%02x", colour.red(), colour.green(), colour.blue());
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}

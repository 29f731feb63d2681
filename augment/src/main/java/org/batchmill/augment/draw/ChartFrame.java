package org.batchmill.augment.draw;

import java.util.Arrays;
import java.util.List;

/** The space of a chart and its marks, drawn at twice the final size. */
final class ChartFrame {

    private static final double TEXT = 20;
    private static final double TITLE = 26;
    private static final int HAIRLINE = 2;
    private static final int THICK = 4;
    private static final double DOT = 6;

    private final Drawing drawing;
    private final Axis x;
    private final Axis y;
    private final int left;
    private final int right;
    private final int top;
    private final int bottom;

    ChartFrame(Drawing drawing, Axis x, Axis y) {
        this.drawing = drawing;
        this.x = x;
        this.y = y;
        double widest = 0;
        for (long tick = y.firstTick(); tick <= y.lastTick(); tick++) {
            widest = Math.max(widest, Canvas.textWidth(y.label(tick), TEXT));
        }
        left = (int) (widest + 2.5 * TEXT);
        right = drawing.width() - (int) (2 * TEXT);
        top = (int) (5.2 * TEXT);
        bottom = drawing.height() - (int) (4.5 * TEXT);
    }

    void axes(String title, String xTitle, String yTitle) {
        drawing.text(title, left, 1.6 * TITLE, TITLE, Rgb.BLACK);
        drawing.text(yTitle, TEXT, top - TEXT, TEXT, Rgb.GREY);
        double wide = Canvas.textWidth(xTitle, TEXT);
        drawing.text(xTitle, right - wide, drawing.height() - 0.8 * TEXT, TEXT, Rgb.GREY);
        for (long tick = x.firstTick(); tick <= x.lastTick(); tick++) {
            double at = across(tick * x.step());
            drawing.segment(at, top, at, bottom, Rgb.LIGHT, HAIRLINE);
            String label = x.label(tick);
            drawing.text(label, at - Canvas.textWidth(label, TEXT) / 2, bottom + 1.7 * TEXT, TEXT, Rgb.GREY);
        }
        for (long tick = y.firstTick(); tick <= y.lastTick(); tick++) {
            double at = down(tick * y.step());
            drawing.segment(left, at, right, at, Rgb.LIGHT, HAIRLINE);
            String label = y.label(tick);
            drawing.text(label, left - 0.7 * TEXT - Canvas.textWidth(label, TEXT), at + TEXT / 2, TEXT, Rgb.GREY);
        }
        drawing.segment(left, top, left, bottom, Rgb.GREY, HAIRLINE);
        drawing.segment(left, bottom, right, bottom, Rgb.GREY, HAIRLINE);
    }

    void line(double[] xs, double[] ys, Rgb colour) {
        for (int from = 0; from < xs.length; ) {
            int to = from;
            while (to < xs.length && shown(xs[to], ys[to])) {
                to++;
            }
            if (to > from) {
                drawing.polyline(
                        Arrays.stream(xs, from, to).map(this::across).toArray(),
                        Arrays.stream(ys, from, to).map(this::down).toArray(),
                        colour,
                        THICK);
            }
            from = to + 1;
        }
        if (xs.length == 1) {
            points(xs, ys, colour);
        }
    }

    void points(double[] xs, double[] ys, Rgb colour) {
        for (int i = 0; i < xs.length; i++) {
            if (shown(xs[i], ys[i])) {
                drawing.disc(across(xs[i]), down(ys[i]), DOT, colour);
            }
        }
    }

    void bars(double[] edges, double[] heights, Rgb colour) {
        for (int i = 0; i < heights.length; i++) {
            if (shown(edges[i], heights[i])) {
                int from = (int) Math.rint(across(edges[i])) + 1;
                int to = Math.max(from + 1, (int) Math.rint(across(edges[i + 1])) - 1);
                drawing.rectangleFilled(from, (int) Math.rint(down(heights[i])), to, (int) Math.rint(down(0)), colour);
            }
        }
    }

    /** Names in a row above the axes, from the right; a chart of one nameless series needs none. */
    void legend(List<String> names) {
        double at = right;
        for (int i = names.size() - 1; i >= 0; i--) {
            if (names.get(i).isEmpty()) {
                continue;
            }
            at -= Canvas.textWidth(names.get(i), TEXT);
            drawing.text(names.get(i), at, top - TEXT, TEXT, Rgb.BLACK);
            at -= 2.2 * TEXT;
            int middle = (int) (top - 1.5 * TEXT);
            drawing.rectangleFilled((int) at, middle - THICK, (int) (at + 1.6 * TEXT), middle + THICK, Rgb.of(i));
            at -= 1.2 * TEXT;
        }
    }

    private static boolean shown(double x, double y) {
        return Double.isFinite(x) && Double.isFinite(y);
    }

    /** Held inside the frame: a range that the caller fixed may leave values out. */
    private double across(double value) {
        return left + Math.max(0, Math.min(1, x.part(value))) * (right - left);
    }

    private double down(double value) {
        return bottom - Math.max(0, Math.min(1, y.part(value))) * (bottom - top);
    }
}

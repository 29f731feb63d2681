package org.batchmill.augment.draw;

import java.util.List;

/** The space of a chart and its marks, drawn at twice the final size. */
final class ChartFrame {

    private static final double TEXT = 20;
    private static final double TITLE = 26;
    private static final int HAIRLINE = 2;
    private static final int THICK = 4;
    private static final double DOT = 6;

    private final Canvas canvas;
    private final Axis x;
    private final Axis y;
    private final int left;
    private final int right;
    private final int top;
    private final int bottom;

    ChartFrame(Canvas canvas, Axis x, Axis y) {
        this.canvas = canvas;
        this.x = x;
        this.y = y;
        double widest = 0;
        for (long tick = y.firstTick(); tick <= y.lastTick(); tick++) {
            widest = Math.max(widest, Canvas.textWidth(y.label(tick), TEXT));
        }
        left = (int) (widest + 2.5 * TEXT);
        right = canvas.width() - (int) (2 * TEXT);
        top = (int) (5.2 * TEXT);
        bottom = canvas.height() - (int) (4.5 * TEXT);
    }

    void axes(String title, String xTitle, String yTitle) {
        canvas.text(title, left, 1.6 * TITLE, TITLE, Rgb.BLACK);
        canvas.text(yTitle, TEXT, top - TEXT, TEXT, Rgb.GREY);
        double wide = Canvas.textWidth(xTitle, TEXT);
        canvas.text(xTitle, right - wide, canvas.height() - 0.8 * TEXT, TEXT, Rgb.GREY);
        for (long tick = x.firstTick(); tick <= x.lastTick(); tick++) {
            double at = across(tick * x.step());
            canvas.segment(at, top, at, bottom, Rgb.LIGHT, HAIRLINE);
            String label = x.label(tick);
            canvas.text(label, at - Canvas.textWidth(label, TEXT) / 2, bottom + 1.7 * TEXT, TEXT, Rgb.GREY);
        }
        for (long tick = y.firstTick(); tick <= y.lastTick(); tick++) {
            double at = down(tick * y.step());
            canvas.segment(left, at, right, at, Rgb.LIGHT, HAIRLINE);
            String label = y.label(tick);
            canvas.text(label, left - 0.7 * TEXT - Canvas.textWidth(label, TEXT), at + TEXT / 2, TEXT, Rgb.GREY);
        }
        canvas.segment(left, top, left, bottom, Rgb.GREY, HAIRLINE);
        canvas.segment(left, bottom, right, bottom, Rgb.GREY, HAIRLINE);
    }

    void line(double[] xs, double[] ys, Rgb colour) {
        for (int i = 1; i < xs.length; i++) {
            if (shown(xs[i - 1], ys[i - 1]) && shown(xs[i], ys[i])) {
                canvas.segment(across(xs[i - 1]), down(ys[i - 1]), across(xs[i]), down(ys[i]), colour, THICK);
            }
        }
        if (xs.length == 1) {
            points(xs, ys, colour);
        }
    }

    void points(double[] xs, double[] ys, Rgb colour) {
        for (int i = 0; i < xs.length; i++) {
            if (shown(xs[i], ys[i])) {
                canvas.disc(across(xs[i]), down(ys[i]), DOT, colour);
            }
        }
    }

    void bars(double[] edges, double[] heights, Rgb colour) {
        for (int i = 0; i < heights.length; i++) {
            if (shown(edges[i], heights[i])) {
                int from = (int) Math.rint(across(edges[i])) + 1;
                int to = Math.max(from + 1, (int) Math.rint(across(edges[i + 1])) - 1);
                canvas.rectangleFilled(from, (int) Math.rint(down(heights[i])), to, (int) Math.rint(down(0)), colour);
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
            canvas.text(names.get(i), at, top - TEXT, TEXT, Rgb.BLACK);
            at -= 2.2 * TEXT;
            int middle = (int) (top - 1.5 * TEXT);
            canvas.rectangleFilled((int) at, middle - THICK, (int) (at + 1.6 * TEXT), middle + THICK, Rgb.of(i));
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

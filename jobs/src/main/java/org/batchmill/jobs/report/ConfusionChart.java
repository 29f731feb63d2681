package org.batchmill.jobs.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;

/** Which class was taken for which, drawn: a row for each true class, darker where more of the row is. Stateless. */
final class ConfusionChart {

    /** The widest that names beside the rows may be. */
    private static final int MARGIN = 150;

    private static final int TITLE = 12;
    private static final int TEXT = 9;
    private static final int LINE = 18;
    private static final int TOP = 60;
    private static final int AXIS = 44;
    private static final int BAR = 70;
    private static final int CELL = 64;
    private static final int SMALLEST_CELL = 3;

    /** Of many classes the cells shrink, so that a thousand make an image that can be looked at. */
    private static final int WIDEST = 2400;

    /** Cells that are narrower hold no number. */
    private static final int CELL_OF_NUMBER = 28;

    /** Cells that are narrower hold the share alone. */
    private static final int CELL_OF_BOTH = 44;

    private ConfusionChart() {}

    /**
     * Draws it as PNG: in each cell the share of its row and, where there is room, the count.
     *
     * @param names  of the classes
     * @param counts [true class][found class]
     */
    static void draw(String title, List<String> names, long[][] counts, Path png) throws IOException {
        int cell = Math.max(SMALLEST_CELL, Math.min(CELL, WIDEST / names.size()));
        boolean wide = cell >= CELL_OF_NUMBER;
        int left = wide ? (int) Math.min(MARGIN, widest(names) + 20) + AXIS : AXIS;
        int top = TOP + (wide ? 2 * LINE + LINE : LINE);
        int side = names.size() * cell;
        // Names above the last column may be two cells wide.
        int width = (int) Math.ceil(Math.max(left + side + cell + BAR, Canvas.textWidth(title, TITLE) + 24));
        try (Canvas canvas = Canvas.blank(width, top + side + LINE, Rgb.WHITE)) {
            canvas.text(title, 12, 28, TITLE, Rgb.BLACK);
            canvas.text("found", left, TOP - 2, TEXT, Rgb.GREY);
            canvas.text("true", 12, top + TEXT + 2, TEXT, Rgb.GREY);
            for (int row = 0; row < names.size(); row++) {
                if (wide) {
                    String name = fitting(names.get(row), left - AXIS - 12);
                    double middle = top + row * cell + (cell + TEXT) / 2.0;
                    canvas.text(name, left - 8 - Canvas.textWidth(name, TEXT), middle, TEXT, Rgb.BLACK);
                    // Every other name one line higher, so that neighbours do not run into each other.
                    canvas.text(
                            fitting(names.get(row), 2 * cell - 10),
                            left + row * cell + 2,
                            top - 8 - row % 2 * LINE,
                            TEXT,
                            Rgb.BLACK);
                }
                row(canvas, left, top + row * cell, counts[row], cell, wide);
            }
            bar(canvas, left + side + cell / 2, top, side);
            canvas.write(png);
        }
    }

    private static double widest(List<String> names) {
        return names.stream()
                .mapToDouble(name -> Canvas.textWidth(name, TEXT))
                .max()
                .orElse(0);
    }

    private static void row(Canvas canvas, int start, int top, long[] counts, int cell, boolean wide) {
        long total = Arrays.stream(counts).sum();
        for (int column = 0; column < counts.length; column++) {
            int left = start + column * cell;
            double share = total == 0 ? 0 : (double) counts[column] / total;
            canvas.rectangleFilled(left, top, left + cell - 1, top + cell - 1, shade(share));
            if (wide && counts[column] > 0) {
                Rgb ink = share > .5 ? Rgb.WHITE : Rgb.BLACK;
                String part = Math.round(100 * share) + " %";
                String count = Long.toString(counts[column]);
                boolean both = cell >= CELL_OF_BOTH;
                middle(canvas, part, left, top + (both ? cell / 2.0 - 3 : (cell + TEXT) / 2.0), cell, TEXT, ink);
                if (both) {
                    middle(canvas, count, left, top + cell / 2.0 + TEXT + 4, cell, TEXT - 2, ink);
                }
            }
        }
    }

    private static void middle(Canvas canvas, String text, int left, double baseline, int cell, int size, Rgb ink) {
        canvas.text(text, left + (cell - Canvas.textWidth(text, size)) / 2, baseline, size, ink);
    }

    /** What the colours mean, as tall as the matrix. */
    private static void bar(Canvas canvas, int left, int top, int tall) {
        for (int y = 0; y < tall; y++) {
            canvas.rectangleFilled(left, top + y, left + 14, top + y + 1, shade(1 - (double) y / tall));
        }
        for (int quarter = 0; quarter <= 4; quarter++) {
            double y = top + tall * (4 - quarter) / 4.0;
            if (tall >= 5 * LINE || quarter % 4 == 0) {
                canvas.text(25 * quarter + " %", left + 20, Math.max(top + TEXT, y), TEXT, Rgb.GREY);
            }
        }
    }

    private static Rgb shade(double share) {
        return new Rgb((int) (240 - 210 * share), (int) (244 - 150 * share), (int) (250 - 80 * share));
    }

    /** The name, cut to a width in pixels. */
    private static String fitting(String name, double width) {
        String cut = name;
        while (cut.length() > 1 && Canvas.textWidth(cut, TEXT) > width) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut;
    }
}

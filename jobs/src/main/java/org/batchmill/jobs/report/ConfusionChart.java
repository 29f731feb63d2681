package org.batchmill.jobs.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;

/** Which class was taken for which, drawn: a row for each true class, darker where more of the row is. Stateless. */
final class ConfusionChart {

    private static final int MARGIN = 150;
    private static final int CELL = 64;
    private static final int SMALLEST_CELL = 3;

    /** Of many classes the cells shrink, so that a thousand make an image that can be looked at. */
    private static final int WIDEST = 2400;

    /** Cells that are narrower hold no number. */
    private static final int CELL_OF_NUMBER = 28;

    private ConfusionChart() {}

    /**
     * Draws it as PNG.
     *
     * @param names  of the classes
     * @param counts [true class][found class]
     */
    static void draw(String title, List<String> names, long[][] counts, Path png) throws IOException {
        int cell = Math.max(SMALLEST_CELL, Math.min(CELL, WIDEST / names.size()));
        boolean wide = cell >= CELL_OF_NUMBER;
        int side = MARGIN + names.size() * cell + 16;
        // Names above the last column may be two cells wide.
        int width = (int) Math.ceil(Math.max(side + cell, Canvas.textWidth(title, 10) + 24));
        try (Canvas canvas = Canvas.blank(width, side, Rgb.WHITE)) {
            canvas.text(title, 12, 24, 10, Rgb.GREY);
            for (int row = 0; row < names.size(); row++) {
                if (wide) {
                    double middle = MARGIN + row * cell + cell / 2.0 + 5;
                    canvas.text(fitting(names.get(row), MARGIN - 20), 12, middle, 10, Rgb.BLACK);
                    // Every other name one line higher, so that neighbours do not run into each other.
                    canvas.text(
                            fitting(names.get(row), 2 * cell - 10),
                            MARGIN + row * cell + 4,
                            MARGIN - 12 - row % 2 * 20,
                            10,
                            Rgb.BLACK);
                }
                row(canvas, row, counts[row], cell, wide);
            }
            canvas.write(png);
        }
    }

    private static void row(Canvas canvas, int row, long[] counts, int cell, boolean wide) {
        int top = MARGIN + row * cell;
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        for (int column = 0; column < counts.length; column++) {
            int left = MARGIN + column * cell;
            double share = total == 0 ? 0 : (double) counts[column] / total;
            canvas.rectangleFilled(left, top, left + cell - 2, top + cell - 2, shade(share));
            if (wide) {
                canvas.text(
                        Long.toString(counts[column]),
                        left + cell / 8,
                        top + cell / 2.0 + 5,
                        10,
                        share > .5 ? Rgb.WHITE : Rgb.BLACK);
            }
        }
    }

    private static Rgb shade(double share) {
        return new Rgb((int) (240 - 210 * share), (int) (244 - 150 * share), (int) (250 - 80 * share));
    }

    /** The name, cut to a width in pixels. */
    private static String fitting(String name, double width) {
        String cut = name;
        while (cut.length() > 1 && Canvas.textWidth(cut, 10) > width) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut;
    }
}

package org.batchmill.augment.draw;

/** What a chart is drawn on. Coordinates are pixels from the top left corner. */
interface Drawing {

    int width();

    int height();

    /**
     * Writes a line of text.
     *
     * @param x        of its left edge
     * @param baseline where the letters stand
     * @param size     height of capitals, in pixels
     */
    void text(String text, double x, double baseline, double size, Rgb colour);

    /** A line between two points. */
    void segment(double x0, double y0, double x1, double y1, Rgb colour, int stroke);

    /** A line through points. */
    default void polyline(double[] x, double[] y, Rgb colour, int stroke) {
        for (int i = 1; i < x.length; i++) {
            segment(x[i - 1], y[i - 1], x[i], y[i], colour, stroke);
        }
    }

    /** A filled disc. */
    void disc(double x, double y, double radius, Rgb colour);

    /** A filled rectangle; right and bottom are not part of it. */
    void rectangleFilled(int left, int top, int right, int bottom, Rgb colour);
}

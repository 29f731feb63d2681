package org.batchmill.train.detection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.batchmill.records.Box;
import org.batchmill.train.loss.YoloV1Grid;

/**
 * Turns the boxes of an image into the targets of a YOLO v1 grid, by the reference program's rules: a box is clipped to the image, and
 * dropped if it is too small then; a cell takes one object, the first in a shuffled order. Difficult objects are taught like others,
 * crowds are not. Unlike the reference, a centre on the image's right or lower edge counts for the last cell, and a box at the
 * origin for the first. A plain value.
 *
 * @param grid        the layout of the targets
 * @param classes     the names of the classes, as many as the grid has
 * @param minimumSize least width and height, as fractions of the image: {@link #MINIMUM_SIZE} or {@link #MINIMUM_SIZE_2015}
 */
public record YoloV1TargetEncoder(YoloV1Grid grid, List<String> classes, float minimumSize) {

    /** The reference program's since 2016. */
    public static final float MINIMUM_SIZE = .005f;
    /** The reference program's in 2015. */
    public static final float MINIMUM_SIZE_2015 = .01f;

    /**
     * What became of the boxes of an image.
     *
     * @param kept      in the targets
     * @param small     dropped: below the minimum size
     * @param cellTaken dropped: another object has the cell
     */
    public record Outcome(int kept, int small, int cellTaken) {}

    public YoloV1TargetEncoder {
        classes = List.copyOf(classes);
        if (classes.size() != grid.classes()) {
            throw new IllegalArgumentException(classes.size() + " class names for " + grid);
        }
    }

    /**
     * Encodes one image.
     *
     * @param seed of the order in which boxes claim their cells
     * @param into [rows][targetSize]; the row is overwritten
     * @throws IllegalArgumentException if a box has none of the classes
     */
    public Outcome encodeShuffled(List<Box> boxes, long seed, float[] into, int row) {
        List<Box> order = new ArrayList<>(boxes);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        return encode(order, into, row);
    }

    /** {@link #encodeShuffled} without shuffling: the first box claims its cell first. */
    public Outcome encode(List<Box> boxes, float[] into, int row) {
        int from = row * grid.targetSize();
        Arrays.fill(into, from, from + grid.targetSize(), 0);
        int kept = 0;
        int small = 0;
        int cellTaken = 0;
        for (Box box : boxes) {
            int classIndex = classes.indexOf(box.className());
            if (classIndex < 0) {
                throw new IllegalArgumentException("class " + box.className() + " is none of " + classes);
            }
            if (box.crowd()) {
                continue;
            }
            double left = clip(box.xmin());
            double right = clip(box.xmax());
            double top = clip(box.ymin());
            double bottom = clip(box.ymax());
            if (!(right - left >= minimumSize && bottom - top >= minimumSize)) {
                small++;
                continue;
            }
            double x = (left + right) / 2 * grid.side();
            double y = (top + bottom) / 2 * grid.side();
            int column = Math.min((int) x, grid.side() - 1);
            int line = Math.min((int) y, grid.side() - 1);
            int at = from + (line * grid.side() + column) * grid.targetPerCell();
            if (into[at] != 0) {
                cellTaken++;
                continue;
            }
            kept++;
            into[at] = 1;
            into[at + 1 + classIndex] = 1;
            int place = at + 1 + grid.classes();
            into[place] = (float) (x - column);
            into[place + 1] = (float) (y - line);
            into[place + 2] = (float) (right - left);
            into[place + 3] = (float) (bottom - top);
        }
        return new Outcome(kept, small, cellTaken);
    }

    private static double clip(double fraction) {
        return Math.max(0, Math.min(1, fraction));
    }
}

package org.batchmill.augment.draw;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the labels of boxes go: of eight places at a box, inside the image, the one that covers least of other labels, then of other boxes,
 * then of its own. The first labels choose first. Not thread-safe.
 */
final class LabelLayout {

    private static final double OF_LABELS = 20;
    private static final double OF_OTHER_BOXES = 1;
    private static final double OF_OWN_BOX = .5;

    private final int width;
    private final int height;
    private final List<Area> boxes;
    private final List<Area> placed = new ArrayList<>();

    /** In pixels; right and bottom are not part of it. */
    record Area(int left, int top, int right, int bottom) {

        long common(Area other) {
            long across = (long) Math.min(right, other.right) - Math.max(left, other.left);
            long down = (long) Math.min(bottom, other.bottom) - Math.max(top, other.top);
            return Math.max(0, across) * Math.max(0, down);
        }
    }

    LabelLayout(int width, int height, List<Area> boxes) {
        this.width = width;
        this.height = height;
        this.boxes = boxes;
    }

    /** Chooses a place for a label of this size at one of the boxes. */
    Area place(int box, int wide, int tall) {
        Area own = boxes.get(box);
        int[][] corners = {
            {own.left, own.top - tall},
            {own.right - wide, own.top - tall},
            {own.left, own.bottom},
            {own.right - wide, own.bottom},
            {own.left, own.top},
            {own.left, own.bottom - tall},
            {own.right, own.top},
            {own.left - wide, own.top}
        };
        Area best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int[] corner : corners) {
            int left = Math.max(0, Math.min(corner[0], width - wide));
            int top = Math.max(0, Math.min(corner[1], height - tall));
            Area area = new Area(left, top, left + wide, top + tall);
            double cost = cost(area, box) + Math.abs(top - corner[1]) + Math.abs(left - corner[0]) * .1;
            if (cost < least) {
                least = cost;
                best = area;
            }
        }
        placed.add(best);
        return best;
    }

    private double cost(Area area, int box) {
        double cost = 0;
        for (Area label : placed) {
            cost += OF_LABELS * area.common(label);
        }
        for (int i = 0; i < boxes.size(); i++) {
            cost += (i == box ? OF_OWN_BOX : OF_OTHER_BOXES) * area.common(boxes.get(i));
        }
        return cost;
    }
}

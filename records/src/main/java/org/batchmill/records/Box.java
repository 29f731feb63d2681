package org.batchmill.records;

/**
 * A labelled box. Coordinates are fractions of the image's width and height, 0 at the left and top edge, 1 at the right and
 * bottom edge; pixel k covers [k, k+1).
 *
 * @param className the class as the annotation spells it
 * @param xmin      left edge
 * @param ymin      top edge
 * @param xmax      right edge, greater than xmin
 * @param ymax      bottom edge, greater than ymin
 * @param difficult marked as difficult: not counted in the evaluation of PASCAL VOC
 * @param truncated marked as cut off by the image's edge
 * @param crowd     stands for a group of objects that nobody labelled one by one ({@code iscrowd} of COCO): it is not taught, and
 *                  takes any number of detections in the evaluation
 */
public record Box(
        String className,
        float xmin,
        float ymin,
        float xmax,
        float ymax,
        boolean difficult,
        boolean truncated,
        boolean crowd) {

    /** A box of one object. */
    public Box(String className, float xmin, float ymin, float xmax, float ymax, boolean difficult, boolean truncated) {
        this(className, xmin, ymin, xmax, ymax, difficult, truncated, false);
    }

    public Box(String className, float xmin, float ymin, float xmax, float ymax) {
        this(className, xmin, ymin, xmax, ymax, false, false);
    }

    public float width() {
        return xmax - xmin;
    }

    public float height() {
        return ymax - ymin;
    }
}

package org.batchmill.augment.transform;

/**
 * Which boxes survive. Every box is clipped to the image first.
 *
 * @param minVisible the part of the moved box's area, 0 to 1, that must lie inside the image
 * @param minSide    the least width and height, as a fraction of the image's
 * @param shuffle    whether they are put in random order: darknet does, because its loss takes the first box of a cell
 */
public record BoxSurvival(double minVisible, double minSide, boolean shuffle) {

    /** Whatever is still to be seen stays, in the order of the annotation. */
    public static final BoxSurvival KEEP = new BoxSurvival(0, 0, false);

    /** Darknet's: sides of at least 0.005, in random order. */
    public static final BoxSurvival DARKNET = new BoxSurvival(0, 0.005, true);
}

package org.batchmill.train.loss;

/**
 * Where the values of a YOLO v1 output and of its targets lie. The image is divided into {@code side} x {@code side} cells, numbered row
 * by row; each cell predicts {@code classes} class values and {@code boxes} boxes of a confidence and x, y, w, h: the centre relative to
 * the cell, the size (or its square root) relative to the image (Redmon et al. 2016).
 *
 * <p>The targets of an image is [cell][1 + classes + 4]: 1 if an object's centre is in the cell, its class one-hot, its centre relative
 * to the cell, its width and height relative to the image. This is the reference program's own layout.
 *
 * @param side    cells along each axis
 * @param boxes   boxes a cell
 * @param classes classes
 * @param order   of the outputs
 */
public record YoloV1Grid(int side, int boxes, int classes, Order order) {

    /** How the outputs are ordered. */
    public enum Order {
        /** [cell][class], then [cell][box], then [cell][box][x, y, w, h]: the reference program's, for dense heads. */
        CELLS,
        /** [class][cell], then [box][cell], then [box][x, y, w, h][cell]: a plane for each value, as a convolution gives them. */
        PLANES
    }

    public YoloV1Grid {
        if (side < 1 || boxes < 1 || classes < 1) {
            throw new IllegalArgumentException(
                    "not a grid: side " + side + ", " + boxes + " boxes, " + classes + " classes");
        }
    }

    public int cells() {
        return side * side;
    }

    /** Values that a cell predicts. */
    public int valuesPerCell() {
        return classes + 5 * boxes;
    }

    public int outputSize() {
        return cells() * valuesPerCell();
    }

    public int targetPerCell() {
        return 1 + classes + 4;
    }

    public int targetSize() {
        return cells() * targetPerCell();
    }

    /** The output that holds a class value. */
    public int classAt(int cell, int classIndex) {
        return order == Order.CELLS ? cell * classes + classIndex : classIndex * cells() + cell;
    }

    /** The output that holds the confidence of a box. */
    public int confidenceAt(int cell, int box) {
        int first = cells() * classes;
        return order == Order.CELLS ? first + cell * boxes + box : first + box * cells() + cell;
    }

    /** The output that holds a coordinate of a box: 0 to 3 for x, y, w, h. */
    public int coordinateAt(int cell, int box, int coordinate) {
        int first = cells() * (classes + boxes);
        return order == Order.CELLS
                ? first + (cell * boxes + box) * 4 + coordinate
                : first + (box * 4 + coordinate) * cells() + cell;
    }
}

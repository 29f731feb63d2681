package org.batchmill.train.onnx;

import org.batchmill.train.network.Shape;

/**
 * A value between nodes: what a layer of ours puts out, or that with something on it which the next layer will take along.
 *
 * @param layer  its name, or the network's input
 * @param shape  of a row
 * @param axes   as the node that gives it lays them out
 * @param frames whether its rows are the frames of sequences
 * @param affine what it is multiplied by and added to; null for nothing
 * @param edges  what is put around it; null for nothing
 */
record OnnxValue(String layer, Shape shape, Axes axes, boolean frames, Affine affine, Edges edges) {

    /** How numbers lie, with samples N, channels C, height H, width W, features F, frames T. */
    enum Axes {
        /** [N][C][H][W] */
        IMAGE,
        /** [N][F] */
        VECTOR,
        /** [N][T][C][H][W] */
        IMAGES,
        /** [N][T][F] */
        SEQUENCE,
        /** [T][N][F] */
        FRAMES_FIRST,
        /** [T][1][N][F]: all that a recurrent operator gives. */
        ALL_STEPS,
        /** [1][N][F]: the last that a recurrent operator gives. */
        LAST_STEP,
        /** [N][T F] */
        FLAT_SEQUENCE
    }

    /**
     * A factor and a term for all numbers, or for each channel.
     *
     * @param node    for the layer's name
     * @param shifted whether something was added
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Affine(OnnxNode node, double[] factors, double[] terms, boolean shifted) {

        boolean isOne() {
            return factors.length == 1 && terms.length == 1;
        }
    }

    /** Pixels of a value at the sides of an image. */
    record Edges(int top, int left, int bottom, int right, float value) {}

    /** What a layer puts out. */
    static OnnxValue of(String layer, Shape shape, Axes axes, boolean frames) {
        return new OnnxValue(layer, shape, axes, frames, null, null);
    }

    OnnxValue with(Axes other) {
        return new OnnxValue(layer, shape, other, frames, affine, edges);
    }

    OnnxValue with(Affine other) {
        return new OnnxValue(layer, shape, axes, frames, other, edges);
    }

    OnnxValue with(Edges other) {
        return new OnnxValue(layer, shape, axes, frames, affine, other);
    }

    boolean isImage() {
        return axes == Axes.IMAGE;
    }

    boolean isVector() {
        return axes == Axes.VECTOR;
    }
}

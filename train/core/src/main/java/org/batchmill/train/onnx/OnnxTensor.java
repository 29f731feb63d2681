package org.batchmill.train.onnx;

import java.util.List;

/**
 * Constant numbers.
 *
 * @param dimensions as many numbers in all as are given; none for one number
 * @param floats     null where it holds integers
 * @param integers   null where it holds floats
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record OnnxTensor(List<Long> dimensions, float[] floats, long[] integers) {

    static OnnxTensor of(List<Long> dimensions, float[] floats) {
        return new OnnxTensor(List.copyOf(dimensions), floats, null);
    }

    static OnnxTensor ofIntegers(List<Long> dimensions, long... integers) {
        return new OnnxTensor(List.copyOf(dimensions), null, integers);
    }

    boolean isFloat() {
        return floats != null;
    }

    int rank() {
        return dimensions.size();
    }

    int size() {
        return isFloat() ? floats.length : integers.length;
    }

    /** The size of an axis; 1 where it has none. */
    long dimension(int axis) {
        return axis < dimensions.size() ? dimensions.get(axis) : 1;
    }

    OnnxTensor shaped(List<Long> other) {
        return new OnnxTensor(List.copyOf(other), floats, integers);
    }
}

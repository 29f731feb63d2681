package org.batchmill.train.arrays;

import java.util.List;

/**
 * An array of floats with its shape. The values are not copied: nobody changes them afterwards.
 *
 * @param dimensions last index fastest; empty for a single number
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record NamedArray(List<Integer> dimensions, float[] values) {
    public NamedArray {
        dimensions = List.copyOf(dimensions);
        long size = 1;
        for (int dimension : dimensions) {
            size *= dimension;
        }
        if (size != values.length) {
            throw new IllegalArgumentException(values.length + " values do not fill " + dimensions);
        }
    }
}

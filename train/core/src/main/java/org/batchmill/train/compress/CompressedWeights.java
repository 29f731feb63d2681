package org.batchmill.train.compress;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters after compression, as floats that any engine takes, and their size if they were stored compactly.
 *
 * @param parameters every parameter by name; those that were not compressed are the given arrays
 * @param weights    how many weights were compressed
 * @param zeros      how many of them are 0
 * @param bitsBefore all parameters as float32
 * @param bitsAfter  all parameters as the method would store them
 */
public record CompressedWeights(
        Map<String, float[]> parameters, long weights, long zeros, long bitsBefore, long bitsAfter) {
    public CompressedWeights {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** How many times smaller. */
    public double ratio() {
        return (double) bitsBefore / bitsAfter;
    }
}

package org.batchmill.train.network;

import java.util.List;

/**
 * A named array of a network.
 *
 * @param name        {@code layer/parameter}: {@code conv1/weights}, {@code block1/conv/weights}
 * @param role        what it is: decay applies to weights only
 * @param dimensions  in the canonical layout
 * @param initializer how it starts
 * @param fanIn       connections into each output
 * @param fanOut      connections out of each input
 */
public record Parameter(
        String name, Role role, List<Integer> dimensions, Initializer initializer, int fanIn, int fanOut) {

    /** What a parameter is. */
    public enum Role {
        WEIGHTS,
        BIASES,
        GAMMA,
        BETA,
        /** Rolling mean: kept, not trained. */
        MEAN,
        /** Rolling variance: kept, not trained. */
        VARIANCE
    }

    public Parameter {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * How many values it has.
     *
     * @throws ArithmeticException if they are more than an array holds
     */
    public int size() {
        long size = 1;
        for (int dimension : dimensions) {
            size *= dimension;
            if (size > Integer.MAX_VALUE) {
                throw new ArithmeticException(name + ": " + dimensions + " are more values than an array holds");
            }
        }
        return (int) size;
    }

    /** The name of the layer that it belongs to. */
    public String layer() {
        return name.substring(0, name.lastIndexOf('/'));
    }

    public boolean trainable() {
        return role != Role.MEAN && role != Role.VARIANCE;
    }
}

package org.batchmill.train.network;

import java.util.List;

/** Adds layers to a network one by one; see {@link Network#builder}. Not thread-safe. */
public final class NetworkBuilder {

    private final String name;
    private final Shape input;
    private final Wiring wiring = new Wiring();
    private int timeSteps = 1;

    NetworkBuilder(String name, Shape input) {
        this.name = name;
        this.input = input;
    }

    /** Frames in a sample. */
    public NetworkBuilder timeSteps(int frames) {
        timeSteps = frames;
        return this;
    }

    /**
     * Adds a layer or a block.
     *
     * @param inputs names of layers that were added before, or {@link Network#INPUT}; none for what was added last
     */
    public NetworkBuilder add(Block block, String... inputs) {
        wiring.add(block, List.of(inputs));
        return this;
    }

    /** @throws IllegalArgumentException if the layers do not fit together; the message names the layer */
    public Network build() {
        return new Network(name, input, timeSteps, wiring.layers, wiring.inputs);
    }
}

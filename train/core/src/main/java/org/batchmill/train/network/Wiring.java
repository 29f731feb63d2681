package org.batchmill.train.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers as they are added, and what each reads. */
final class Wiring {

    final List<Layer> layers = new ArrayList<>();
    final Map<String, List<String>> inputs = new LinkedHashMap<>();
    private String last = Network.INPUT;

    /** Blocks each of which reads the one before. */
    static Wiring chain(List<? extends Block> blocks) {
        Wiring wiring = new Wiring();
        blocks.forEach(block -> wiring.add(block, List.of()));
        return wiring;
    }

    /** @param from what the block reads; empty for what was added last */
    void add(Block block, List<String> from) {
        List<String> read = from.isEmpty() ? List.of(last) : List.copyOf(from);
        block.accept(new Block.BlockVisitor<String>() {
            @Override
            public String layer(Layer layer) {
                return put(layer, read);
            }

            @Override
            public String residual(Layer.Residual residual) {
                if (read.size() != 1) {
                    throw new IllegalArgumentException(
                            residual.name() + ": a residual block has one input, not " + read);
                }
                String body = branch(residual.body(), read.get(0));
                String shortcut = branch(residual.projection(), read.get(0));
                return put(new Layer.Add(residual.name()), List.of(body, shortcut));
            }
        });
    }

    private String branch(List<Block> blocks, String from) {
        last = from;
        blocks.forEach(block -> add(block, List.of()));
        return last;
    }

    private String put(Layer layer, List<String> read) {
        layers.add(layer);
        inputs.put(layer.name(), read);
        last = layer.name();
        return last;
    }
}

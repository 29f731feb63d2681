package org.batchmill.train.network;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** What must hold of a list of layers: names that can be used, each once, and shapes that fit together. */
final class NetworkCheck {

    private NetworkCheck() {}

    static void check(Shape input, List<Layer> layers) {
        checkNames(layers, new HashSet<>());
        OutputShape.of(input, layers, new LinkedHashMap<>());
    }

    private static void checkNames(List<Layer> layers, Set<String> names) {
        for (Layer layer : layers) {
            if (layer.name().isEmpty() || layer.name().contains("/")) {
                throw new IllegalArgumentException("not a layer name: \"" + layer.name() + "\"");
            }
            if (!names.add(layer.name())) {
                throw new IllegalArgumentException("two layers are called " + layer.name());
            }
            layer.branches().forEach(branch -> checkNames(branch, names));
        }
    }
}

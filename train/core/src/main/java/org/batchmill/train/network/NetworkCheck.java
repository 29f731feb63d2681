package org.batchmill.train.network;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold of layers and what they read, shapes aside: names that can be used, and connections that can run. */
final class NetworkCheck {

    private final List<Layer> layers;
    private final Map<String, List<String>> inputs = new LinkedHashMap<>();

    private NetworkCheck(List<Layer> layers) {
        this.layers = layers;
    }

    /**
     * What each layer reads.
     *
     * @param given where a layer is missing, it reads the one before it
     * @throws IllegalArgumentException if something does not hold; the message names the layer
     */
    static Map<String, List<String>> inputs(List<Layer> layers, Map<String, List<String>> given) {
        NetworkCheck check = new NetworkCheck(layers);
        check.names();
        check.connect(given);
        check.order();
        check.use();
        return Collections.unmodifiableMap(check.inputs);
    }

    private void names() {
        Set<String> names = new HashSet<>();
        Set<String> scopes = new HashSet<>();
        for (Layer layer : layers) {
            String name = layer.name();
            if (name.isEmpty() || name.startsWith("/") || name.endsWith("/") || name.contains("//")) {
                throw new IllegalArgumentException("not a layer name: \"" + name + "\"");
            }
            if (name.equals(Network.INPUT)) {
                throw new IllegalArgumentException("no layer can be called " + name + ": so is the network's input");
            }
            if (!names.add(name)) {
                throw new IllegalArgumentException("two layers are called " + name);
            }
            for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
                scopes.add(name.substring(0, slash));
            }
        }
        for (String name : names) {
            if (scopes.contains(name)) {
                throw new IllegalArgumentException(
                        name + ": a layer cannot be called as a scope of others is, " + name + "/...");
            }
        }
    }

    private void connect(Map<String, List<String>> given) {
        String before = Network.INPUT;
        for (Layer layer : layers) {
            List<String> read = List.copyOf(given.getOrDefault(layer.name(), List.of(before)));
            if (read.size() < layer.leastInputs() || read.size() > layer.mostInputs()) {
                throw new IllegalArgumentException(
                        layer.name() + ": reads " + read.size() + " inputs, not " + number(layer));
            }
            inputs.put(layer.name(), read);
            before = layer.name();
        }
        for (String name : given.keySet()) {
            if (!inputs.containsKey(name)) {
                throw new IllegalArgumentException(name + ": has inputs, but there is no such layer");
            }
        }
    }

    private static String number(Layer layer) {
        return layer.mostInputs() == layer.leastInputs()
                ? Integer.toString(layer.leastInputs())
                : layer.leastInputs()
                        + (layer.mostInputs() == Integer.MAX_VALUE ? " or more" : " or " + layer.mostInputs());
    }

    private void order() {
        Set<String> known = new HashSet<>(Set.of(Network.INPUT));
        for (Layer layer : layers) {
            for (String read : inputs.get(layer.name())) {
                if (known.contains(read)) {
                    continue;
                }
                if (!inputs.containsKey(read)) {
                    throw new IllegalArgumentException(
                            layer.name() + ": reads " + read + ", but there is no such layer");
                }
                throw new IllegalArgumentException(
                        reaches(read, layer.name())
                                ? layer.name() + ": reads " + read + ", which reads it in turn: a circle"
                                : layer.name() + ": reads " + read + ", which stands behind it");
            }
            known.add(layer.name());
        }
    }

    /** Whether a layer reads another, itself or through others. */
    private boolean reaches(String reader, String wanted) {
        Set<String> seen = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(List.of(reader));
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.equals(wanted)) {
                return true;
            }
            if (seen.add(name)) {
                inputs.getOrDefault(name, List.of()).forEach(left::push);
            }
        }
        return false;
    }

    private void use() {
        Set<String> read = new HashSet<>();
        inputs.values().forEach(read::addAll);
        for (Layer layer : layers.subList(0, Math.max(0, layers.size() - 1))) {
            if (!read.contains(layer.name())) {
                throw new IllegalArgumentException(layer.name() + ": no layer reads it, and it is not the last");
            }
        }
    }
}

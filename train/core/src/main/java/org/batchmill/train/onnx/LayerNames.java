package org.batchmill.train.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.batchmill.train.network.Network;

/**
 * Names for layers: what the weights are called without their last part, {@code layer1.0.conv1} of {@code layer1.0.conv1.weight}; else the
 * node's name. Unique, and fit for a network, in which no layer is called as a scope of others is.
 */
final class LayerNames {

    private static final int LONGEST = 200;

    /** Names that exports give their own nodes. */
    private static final Set<String> TAKEN = Set.of(Network.INPUT, "output", "frames");

    private final Set<String> names = new HashSet<>();
    private final Set<String> scopes = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /** @param weights the constant that makes the layer what it is; empty if there is none */
    String of(OnnxNode node, String weights) {
        String name = plain(stem(weights));
        if (name.isEmpty()) {
            name = plain(node.name());
        }
        if (name.isEmpty()) {
            name = plain(
                    node.outputs().isEmpty() ? node.operation() : node.outputs().get(0));
        }
        return unique(name.isEmpty() ? "layer" : name);
    }

    /** What a constant's name says of the layer; empty if a program numbered it. */
    private static String stem(String constant) {
        int end = Math.max(constant.lastIndexOf('.'), constant.lastIndexOf('/'));
        return end <= 0 || constant.startsWith("onnx::") || constant.startsWith("/") ? "" : constant.substring(0, end);
    }

    /** Without what our names cannot hold. */
    private static String plain(String name) {
        String cut = name.length() > LONGEST ? name.substring(name.length() - LONGEST) : name;
        return cut.replaceAll("[\\p{Cntrl}*?,]", "_")
                .replaceAll("/{2,}", "/")
                .replaceFirst("^/", "")
                .replaceFirst("/$", "");
    }

    private String unique(String wanted) {
        String flat = wanted.replace('/', '.');
        String name = fits(wanted) ? wanted : flat;
        while (!fits(name)) {
            name = flat + "-" + numbers.merge(flat, 1, Integer::sum);
        }
        names.add(name);
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            scopes.add(name.substring(0, slash));
        }
        return name;
    }

    private boolean fits(String name) {
        if (TAKEN.contains(name) || names.contains(name) || scopes.contains(name)) {
            return false;
        }
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            if (names.contains(name.substring(0, slash))) {
                return false;
            }
        }
        return true;
    }
}

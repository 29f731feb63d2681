package org.batchmill.jobs.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkSurgery;

/** What a network of another program wants of a pixel, which is a byte here. */
public enum PixelRange {
    /** 0 to 255. */
    BYTES,
    /** 0 to 1. */
    UNIT,
    /** -1 to 1. */
    SIGNED,
    /** 0 to 1, less the mean of ImageNet's red, green and blue, by their deviations: what most published weights want. */
    IMAGENET;

    private static final float[] MEAN = {.485f, .456f, .406f};
    private static final float[] DEVIATION = {.229f, .224f, .225f};

    /**
     * Puts layers that bring bytes into this range in front of a network.
     *
     * @param parameters by name, to which those of the layers are added
     * @throws UsageException if the network's input has other channels
     */
    Network before(Network network, Map<String, float[]> parameters) {
        List<Layer> front = new ArrayList<>();
        switch (this) {
            case BYTES -> {
                return network;
            }
            case UNIT -> front.add(new Layer.InputScale(free(network, "pixels"), 1 / 255f, 0));
            case SIGNED -> front.add(new Layer.InputScale(free(network, "pixels"), 2 / 255f, -1));
            case IMAGENET -> {
                if (network.input().channels() != MEAN.length) {
                    throw new UsageException(network.name() + " has images of "
                            + network.input().channels() + " channels, ImageNet's have three");
                }
                String norm = free(network, "pixels-norm");
                front.add(new Layer.InputScale(free(network, "pixels"), 1 / 255f, 0));
                front.add(new Layer.ChannelScale(norm, 1, true));
                parameters.putAll(normalization(norm));
            }
        }
        return NetworkSurgery.front(network, front);
    }

    private static Map<String, float[]> normalization(String layer) {
        float[] gamma = new float[MEAN.length];
        float[] beta = new float[MEAN.length];
        for (int i = 0; i < MEAN.length; i++) {
            gamma[i] = 1 / DEVIATION[i];
            beta[i] = -MEAN[i] / DEVIATION[i];
        }
        Map<String, float[]> parameters = new LinkedHashMap<>();
        parameters.put(layer + "/gamma", gamma);
        parameters.put(layer + "/beta", beta);
        return parameters;
    }

    /** The name, or one like it, that no layer or scope has. */
    private static String free(Network network, String name) {
        String free = name;
        while (taken(network, free)) {
            free += "-";
        }
        return free;
    }

    private static boolean taken(Network network, String name) {
        return network.layers().stream()
                .anyMatch(layer -> layer.name().equals(name) || layer.name().startsWith(name + "/"));
    }
}

package org.batchmill.benchmarks.engines;

import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;

/**
 * A row of the comparison.
 *
 * @param training a whole step, else a prediction
 */
record Case(String model, int batch, boolean training) {

    private static final int VOC_CLASSES = 20;
    private static final int DIGITS = 10;

    /** {@code pilotnet:32:train} or {@code pilotnet:32:predict}. */
    static Case parse(String text) {
        String[] parts = text.split(":", -1);
        return new Case(parts[0], Integer.parseInt(parts[1]), parts[2].equals("train"));
    }

    String text() {
        return model + ":" + batch + ":" + (training ? "train" : "predict");
    }

    Network network() {
        return Models.byName(model, ModelOptions.classes(detector() ? VOC_CLASSES : DIGITS));
    }

    boolean detector() {
        return model.startsWith("yolo");
    }

    boolean classifier() {
        return !detector() && !model.startsWith("pilotnet");
    }
}

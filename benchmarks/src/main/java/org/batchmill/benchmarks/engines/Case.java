package org.batchmill.benchmarks.engines;

import java.io.IOException;
import java.util.List;
import org.batchmill.jobs.task.NamedModel;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;

/**
 * A row of the comparison.
 *
 * @param training a whole step, else a prediction
 */
record Case(String model, int batch, boolean training) {

    /** {@code pilotnet:32:train} or {@code pilotnet:32:predict}. */
    static Case parse(String text) {
        String[] parts = text.split(":", -1);
        return new Case(parts[0], Integer.parseInt(parts[1]), parts[2].equals("train"));
    }

    String text() {
        return model + ":" + batch + ":" + (training ? "train" : "predict");
    }

    /** The one that our engines run: with as many classes, too. */
    Network network() throws IOException {
        return NamedModel.of(model, List.of(), Layer.BatchNorm.Rule.STANDARD).network();
    }

    boolean detector() {
        return model.startsWith("yolo");
    }

    boolean classifier() {
        return !detector() && !model.startsWith("pilotnet");
    }
}

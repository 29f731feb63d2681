package org.batchmill.train.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/** Finds out where numbers stopped being numbers. */
final class FiniteCheck {

    /** More names than this make a line unreadable. */
    private static final int MOST_NAMES = 8;

    private FiniteCheck() {}

    /** Explains a loss or a gradient norm that is not finite; {@code batch} is the one that was learnt. */
    static String explain(Program program, Batch batch, long step, String what, double value) {
        return "step " + (step + 1) + ": the " + what + " is " + value + "; " + culprit(program, batch) + "; samples: "
                + names(batch);
    }

    private static String culprit(Program program, Batch batch) {
        for (Parameter parameter : program.spec().network().parameters()) {
            if (!finite(program.parameter(parameter.name()))) {
                return "parameter " + parameter.name() + " is not finite";
            }
        }
        MicroBatches pieces = new MicroBatches(batch, program.spec());
        for (int piece = 0; piece < pieces.count(); piece++) {
            Map<String, float[]> activations = program.activations(pieces.pixels(piece), pieces.rows(piece));
            for (Map.Entry<String, float[]> layer : activations.entrySet()) {
                if (!finite(layer.getValue())) {
                    return "the first output that is not finite is that of layer " + layer.getKey();
                }
            }
        }
        for (Parameter parameter : program.spec().network().parameters()) {
            if (parameter.trainable() && !finite(program.gradient(parameter.name()))) {
                return "the gradient of " + parameter.name() + " is not finite";
            }
        }
        return "every layer's output is finite";
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static String names(Batch batch) {
        List<String> names = new ArrayList<>();
        for (int row = 0; row < Math.min(batch.size(), MOST_NAMES); row++) {
            names.add(batch.id(row).value());
        }
        int left = batch.size() - names.size();
        return String.join(", ", names) + (left > 0 ? " and " + left + " more" : "");
    }
}

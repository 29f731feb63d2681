package org.batchmill.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/**
 * An exponential moving average of the trained parameters, which often predicts better than the last ones. {@code a = d a + (1 - d)
 * w} after each update, where {@code d = min(decay, (1 + t) / (10 + t))} and t counts updates, so that the start is forgotten soon.
 */
final class WeightAverage {

    private final double decay;
    private final Map<String, float[]> average = new LinkedHashMap<>();

    WeightAverage(double decay) {
        if (!(decay > 0 && decay < 1)) {
            throw new IllegalArgumentException("decay: " + decay + " is not between 0 and 1");
        }
        this.decay = decay;
    }

    void start(Program program) {
        for (Parameter parameter : program.spec().network().parameters()) {
            if (parameter.trainable()) {
                average.put(parameter.name(), program.parameter(parameter.name()));
            }
        }
    }

    void restore(Map<String, float[]> values) {
        average.clear();
        values.forEach((name, array) -> average.put(name, array.clone()));
    }

    void update(Program program, long updates) {
        float keep = (float) Math.min(decay, (1.0 + updates) / (10.0 + updates));
        average.forEach((name, values) -> {
            float[] now = program.parameter(name);
            for (int i = 0; i < values.length; i++) {
                values[i] += (1 - keep) * (now[i] - values[i]);
            }
        });
    }

    /** Copies. */
    Map<String, float[]> values() {
        Map<String, float[]> copies = new LinkedHashMap<>();
        average.forEach((name, values) -> copies.put(name, values.clone()));
        return copies;
    }

    /** Puts the averages into the program, and returns what stood there. */
    Map<String, float[]> swapIn(Program program) {
        Map<String, float[]> trained = new LinkedHashMap<>();
        average.forEach((name, values) -> {
            trained.put(name, program.parameter(name));
            program.setParameter(name, values);
        });
        return trained;
    }
}

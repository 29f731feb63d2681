package org.batchmill.train.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.task.TaskDescription;

/**
 * The whole state of a run between two updates. The arrays are not copied: nobody changes them afterwards.
 *
 * @param network    the model
 * @param parameters every parameter of the network by name, in the canonical layouts
 * @param optimizer  how the optimizer describes itself; empty without slots
 * @param slots      parameter name to slot name to values; empty for a model that is only to predict
 * @param average    the moving average of the parameters by name; empty if none is kept
 * @param progress   where the run stands
 * @param task       what the model was trained for
 */
public record Checkpoint(
        Network network,
        Map<String, float[]> parameters,
        String optimizer,
        Map<String, Map<String, float[]>> slots,
        Map<String, float[]> average,
        Progress progress,
        TaskDescription task) {

    /** What errors in {@link Progress#states()} call them; whoever knows the file puts its name there. */
    public static final String STATE = "the state in the checkpoint";

    /** What errors in {@link Progress#data()} call it. */
    public static final String POSITION = "the position in the checkpoint";

    /**
     * Where a run stands.
     *
     * @param step    updates done
     * @param samples samples seen
     * @param seed    of initializers, dropout, noise, shuffling and augmentation
     * @param data    the position of the batches behind the last one learnt, as their stream gave it; empty for none
     * @param states  what schedule, hooks and jobs want back, by name
     * @param scores  of the last evaluation; empty if there was none
     */
    public record Progress(
            long step, long samples, long seed, String data, Map<String, String> states, Map<String, Double> scores) {

        /** Nothing done yet. */
        public static Progress none(long seed) {
            return new Progress(0, 0, seed, "", Map.of(), Map.of());
        }

        public Progress {
            Objects.requireNonNull(data, "data");
            states = Map.copyOf(states);
            scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        }
    }

    public Checkpoint {
        for (Parameter parameter : network.parameters()) {
            float[] values = parameters.get(parameter.name());
            if (values == null || values.length != parameter.size()) {
                throw new IllegalArgumentException(parameter.name() + " has " + (values == null ? "no" : values.length)
                        + " values, not " + parameter.size());
            }
        }
    }

    /** A model to predict with: parameters alone. */
    public static Checkpoint ofModel(Network network, Map<String, float[]> parameters, TaskDescription task) {
        return new Checkpoint(network, parameters, "", Map.of(), Map.of(), Progress.none(0), task);
    }

    /** The parameters to predict with: the average where one is kept. */
    public Map<String, float[]> parametersToPredict() {
        if (average.isEmpty()) {
            return parameters;
        }
        Map<String, float[]> best = new LinkedHashMap<>(parameters);
        best.putAll(average);
        return best;
    }

    /**
     * Refuses another model.
     *
     * @param where names this checkpoint in the message
     * @throws UsageException with the first difference
     */
    public void requireModel(Network wanted, String where) {
        String difference = ModelDifference.between(network, wanted);
        if (difference != null) {
            throw new UsageException(where + ": holds another model: " + difference);
        }
    }
}

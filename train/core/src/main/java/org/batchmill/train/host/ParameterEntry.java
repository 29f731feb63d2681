package org.batchmill.train.host;

import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Parameter;

/**
 * One parameter of a program with all that belongs to it. Engines add what else they keep of it, and own the arrays.
 *
 * @param <T> the engine's arrays
 */
public class ParameterEntry<T> {

    public final Parameter parameter;
    /** Of the layer: a multiplier of the learning rate. */
    public final float rate;

    public final boolean trained;
    /** The optimizer's, by name, in the order of its slots; none unless trained. */
    public final Map<String, T> slots = new LinkedHashMap<>();

    public T value;
    /** Null unless trained. */
    public T gradient;

    /** An entry without arrays. */
    public ParameterEntry(Parameter parameter, ProgramSpec spec) {
        this.parameter = parameter;
        this.rate = spec.rate(parameter.layer());
        this.trained = spec.training() && parameter.trainable() && rate > 0;
    }

    /** Whether it decays. */
    public boolean isWeights() {
        return parameter.role() == Parameter.Role.WEIGHTS;
    }
}

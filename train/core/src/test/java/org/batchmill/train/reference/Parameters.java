package org.batchmill.train.reference;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Parameter;

/** The parameters of a network with their gradients. */
final class Parameters {

    final Map<String, Parameter> declared = new LinkedHashMap<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();
    private final Map<String, double[]> gradients = new LinkedHashMap<>();

    private final Predicate<String> frozen;

    /** @param frozen whether a layer is left as it is, by its name */
    Parameters(Iterable<Parameter> parameters, long seed, Predicate<String> frozen) {
        this.frozen = frozen;
        for (Parameter parameter : parameters) {
            declared.put(parameter.name(), parameter);
            values.put(parameter.name(), Initializers.values(parameter, seed));
            gradients.put(parameter.name(), new double[parameter.size()]);
        }
    }

    boolean isFrozen(String layer) {
        return frozen.test(layer);
    }

    float[] values(String name) {
        return present(values.get(name), name);
    }

    double[] gradient(String name) {
        return present(gradients.get(name), name);
    }

    private static <T> T present(T array, String name) {
        if (array == null) {
            throw new IllegalArgumentException("no parameter is called " + name);
        }
        return array;
    }
}

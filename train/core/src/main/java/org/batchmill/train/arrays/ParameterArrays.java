package org.batchmill.train.arrays;

import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/** Parameters of a network as arrays by name, whole or in parts. */
public final class ParameterArrays {

    private ParameterArrays() {}

    /**
     * The parameters of the layers that a pattern names.
     *
     * @param layerPattern {@code *} for all, {@code conv*}
     * @throws UsageException if it names no layer with parameters
     */
    public static Map<String, NamedArray> of(Network network, Map<String, float[]> parameters, String layerPattern) {
        ProgramSpec.RateMultiplier pattern = new ProgramSpec.RateMultiplier(layerPattern, 1);
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            if (pattern.matches(parameter.layer())) {
                arrays.put(parameter.name(), new NamedArray(parameter.dimensions(), parameters.get(parameter.name())));
            }
        }
        if (arrays.isEmpty()) {
            throw new UsageException("no layer of " + network.name() + " with parameters matches " + layerPattern);
        }
        return arrays;
    }

    /**
     * {@code start} with the arrays in place of the parameters of the same names.
     *
     * @param where names the arrays' file in errors
     * @throws DataException if an array is no parameter of this network, or has another shape
     */
    public static Map<String, float[]> into(
            Network network, Map<String, float[]> start, Map<String, NamedArray> arrays, String where)
            throws DataException {
        Map<String, Parameter> wanted = new LinkedHashMap<>();
        network.parameters().forEach(parameter -> wanted.put(parameter.name(), parameter));
        Map<String, float[]> result = new LinkedHashMap<>(start);
        for (Map.Entry<String, NamedArray> array : arrays.entrySet()) {
            Parameter parameter = wanted.get(array.getKey());
            if (parameter == null) {
                throw new DataException(
                        DataException.Kind.UNSUPPORTED,
                        where,
                        "\"" + array.getKey() + "\" is no parameter of " + network.name());
            }
            if (!parameter.dimensions().equals(array.getValue().dimensions())) {
                throw new DataException(
                        DataException.Kind.UNSUPPORTED,
                        where,
                        array.getKey() + " is " + array.getValue().dimensions() + ", not " + parameter.dimensions());
            }
            result.put(array.getKey(), array.getValue().values());
        }
        return result;
    }
}

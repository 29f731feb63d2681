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

    /**
     * Refuses values that are not finite, doubles beyond a float among them: nothing can be computed with them, and each output would be
     * NaN without a word.
     *
     * @param parameters that a file supplies, by name
     * @param where      names the file in errors
     * @throws DataException naming the parameter and the value's place
     */
    public static void requireFinite(Map<String, float[]> parameters, String where) throws DataException {
        for (Map.Entry<String, float[]> parameter : parameters.entrySet()) {
            float[] values = parameter.getValue();
            for (int i = 0; i < values.length; i++) {
                if (!Float.isFinite(values[i])) {
                    throw new DataException(
                            DataException.Kind.CORRUPT,
                            where,
                            "value " + i + " of the " + values.length + " of " + parameter.getKey() + " is "
                                    + values[i]);
                }
            }
        }
    }
}

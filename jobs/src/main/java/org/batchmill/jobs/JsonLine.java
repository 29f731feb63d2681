package org.batchmill.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Results as one line of JSON: the command's stable contract with programs. Stateless. */
public final class JsonLine {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonLine() {}

    /** A map, a list, a record or a plain value, on one line. */
    public static String of(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** JSON has no NaN and no infinity: null stands for them. */
    public static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}

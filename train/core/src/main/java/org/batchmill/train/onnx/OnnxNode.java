package org.batchmill.train.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * A node of the graph.
 *
 * @param file       for errors
 * @param name       may be empty
 * @param operation  {@code Conv}; with its domain where that is not ONNX's own
 * @param inputs     names of values; an empty one is left out
 * @param outputs    names of values; an empty one is not wanted
 * @param attributes by name
 */
record OnnxNode(
        String file,
        String name,
        String operation,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes) {

    private static final int TYPE_FLOAT = 1;
    private static final int TYPE_INT = 2;
    private static final int TYPE_STRING = 3;
    private static final int TYPE_INTS = 7;

    /**
     * An attribute.
     *
     * @param type the format's number for what it holds
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Attribute(int type, float number, long integer, String text, long[] integers, OnnxTensor tensor) {}

    /** For people: where it stands. */
    @Override
    public String toString() {
        String called = name.isEmpty() ? outputs.isEmpty() ? "" : "that gives " + outputs.get(0) : name;
        return "node " + called + " (" + operation + ")";
    }

    /** What cannot be said in our layers. */
    DataException unsupported(String reason) {
        return new DataException(Kind.UNSUPPORTED, file, this + ": " + reason);
    }

    /** What contradicts the format. */
    DataException corrupt(String reason) {
        return new DataException(Kind.CORRUPT, file, this + ": " + reason);
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    long integer(String attribute, long otherwise) throws DataException {
        Attribute found = attribute(attribute, TYPE_INT);
        return found == null ? otherwise : found.integer();
    }

    /** An integer that counts something. */
    int count(String attribute, int otherwise) throws DataException {
        long value = integer(attribute, otherwise);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw corrupt(attribute + " is " + value);
        }
        return (int) value;
    }

    boolean flag(String attribute, boolean otherwise) throws DataException {
        return integer(attribute, otherwise ? 1 : 0) != 0;
    }

    float number(String attribute, float otherwise) throws DataException {
        Attribute found = attribute(attribute, TYPE_FLOAT);
        return found == null ? otherwise : found.number();
    }

    String text(String attribute, String otherwise) throws DataException {
        Attribute found = attribute(attribute, TYPE_STRING);
        return found == null ? otherwise : found.text();
    }

    /** Integers; null where there are none. */
    long[] integers(String attribute) throws DataException {
        Attribute found = attribute(attribute, TYPE_INTS);
        return found == null ? null : found.integers();
    }

    /**
     * Counts of pixels, one for each of an image's axes or ends of axes.
     *
     * @param least the smallest that makes sense
     */
    int[] pixels(String attribute, int count, int least) throws DataException {
        long[] given = integers(attribute);
        int[] values = new int[count];
        if (given == null) {
            Arrays.fill(values, least);
            return values;
        }
        if (given.length != count) {
            throw unsupported(attribute + " of " + given.length + " numbers: only images have layers here");
        }
        for (int i = 0; i < count; i++) {
            if (given[i] < least || given[i] > Short.MAX_VALUE) {
                throw corrupt(attribute + " of " + given[i]);
            }
            values[i] = (int) given[i];
        }
        return values;
    }

    private Attribute attribute(String attribute, int type) throws DataException {
        Attribute found = attributes.get(attribute);
        if (found != null && found.type() != type) {
            throw corrupt("its attribute " + attribute + " is of the type " + found.type() + ", not " + type);
        }
        return found;
    }

    /** The name of an input; empty for one that is left out. */
    String input(int at) {
        return at < inputs.size() ? inputs.get(at) : "";
    }

    boolean hasInput(int at) {
        return !input(at).isEmpty();
    }

    /** Whether an output is wanted. */
    boolean hasOutput(int at) {
        return at < outputs.size() && !outputs.get(at).isEmpty();
    }
}

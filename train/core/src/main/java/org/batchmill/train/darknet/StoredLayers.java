package org.batchmill.train.darknet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;

/**
 * The layers of a network that a weights file holds. It names none, so its length says it: it must end behind a layer, or behind a last one
 * that has some other number of outputs.
 *
 * @param entries      their parameters
 * @param layers       their names
 * @param otherOutputs of the last layer in the file, which is not among them; 0 if there is none such
 */
record StoredLayers(List<WeightStream.Entry> entries, List<String> layers, long otherOutputs) {

    /**
     * @param bytes behind the header
     * @throws DataException if they do not end so
     */
    static StoredLayers of(Path file, String network, List<WeightStream.Entry> stream, long bytes)
            throws DataException {
        if (bytes % Float.BYTES != 0) {
            throw new DataException(
                    DataException.Kind.TRUNCATED,
                    file.toString(),
                    "ends inside a number: it is cut or no weights file");
        }
        if (bytes == 0) {
            throw new DataException(
                    DataException.Kind.TRUNCATED, file.toString(), "holds no numbers behind its header");
        }
        Map<String, List<WeightStream.Entry>> byLayer = new LinkedHashMap<>();
        stream.forEach(entry -> byLayer.computeIfAbsent(entry.layer(), layer -> new ArrayList<>())
                .add(entry));
        List<WeightStream.Entry> held = new ArrayList<>();
        List<String> layers = new ArrayList<>();
        long floats = bytes / Float.BYTES;
        long left = floats;
        for (Map.Entry<String, List<WeightStream.Entry>> layer : byLayer.entrySet()) {
            long wanted = WeightStream.floats(layer.getValue());
            boolean last = layers.size() == byLayer.size() - 1;
            if (left == 0 || left < wanted || (last && left > wanted)) {
                long outputs = last ? outputs(layer.getValue(), wanted, left) : 0;
                if ((left > 0 && outputs == 0) || layers.isEmpty()) {
                    throw misfit(file, network, floats, layer.getKey(), wanted, left);
                }
                return new StoredLayers(held, layers, outputs);
            }
            held.addAll(layer.getValue());
            layers.add(layer.getKey());
            left -= wanted;
        }
        return new StoredLayers(held, layers, 0);
    }

    /** How many outputs so many floats make in place of those that are wanted; 0 if they make none. */
    private static long outputs(List<WeightStream.Entry> layer, long wanted, long floats) {
        int outputs = layer.get(0).parameter().size();
        long each = wanted / outputs;
        return floats % each == 0 ? floats / each : 0;
    }

    private static DataException misfit(Path file, String network, long floats, String layer, long wanted, long left) {
        return left < wanted
                ? new DataException(
                        DataException.Kind.TRUNCATED,
                        file.toString(),
                        "its " + floats + " numbers end inside " + layer + " of " + network + ", with " + left + " of "
                                + wanted + ": it is cut or of another network")
                : new DataException(
                        DataException.Kind.CORRUPT,
                        file.toString(),
                        "its " + floats + " numbers go on behind " + layer + ", the last layer of " + network
                                + ", with " + left + " in place of " + wanted
                                + ": it is too long or of another network");
    }
}

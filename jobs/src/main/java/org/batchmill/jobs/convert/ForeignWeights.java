package org.batchmill.jobs.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.arrays.NamedArray;
import org.batchmill.train.arrays.NpzFile;
import org.batchmill.train.arrays.ParameterArrays;
import org.batchmill.train.arrays.ParameterMatch;
import org.batchmill.train.arrays.SafetensorsFile;
import org.batchmill.train.arrays.TorchFile;
import org.batchmill.train.darknet.DarknetWeights;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;

/**
 * What another program's weights hold for a network: all of it, or the layers that are there.
 *
 * @param parameters by name, in the network's layouts
 * @param seen       images that they were trained on; 0 if the file does not say
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record ForeignWeights(Map<String, float[]> parameters, long seen) {

    /** What detectors of the reference program are called here. */
    private static final String DETECTORS = "yolo-";

    /** The format that a name ends in; nothing for a checkpoint of ours or a run folder. */
    public static Optional<ModelFormat> format(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        String suffix = name.substring(name.lastIndexOf('.') + 1);
        return switch (suffix) {
            case "weights" -> Optional.of(ModelFormat.DARKNET);
            case "pt", "pth" -> Optional.of(ModelFormat.PT);
            case "npz" -> Optional.of(ModelFormat.NPZ);
            case "safetensors" -> Optional.of(ModelFormat.SAFETENSORS);
            default -> Optional.empty();
        };
    }

    /**
     * Reads what fits, and tells the listener what that is.
     *
     * @param names a list of the file's names ({@link ForeignNames}); null for none
     * @throws DataException if the file is damaged, fits the network nowhere or holds values that are not finite
     * @throws UsageException if the list of names does not fit the file, or its format has none
     */
    public static ForeignWeights read(Path file, ModelFormat format, Network network, Path names, JobListener listener)
            throws IOException {
        if (format == ModelFormat.DARKNET && names != null) {
            throw new UsageException(file + ": darknet's weights have no names, and " + names + " is a list of such");
        }
        Map<String, String> listed = ForeignNames.read(names);
        ForeignWeights weights =
                switch (format) {
                    case DARKNET -> darknet(file, network, listener);
                    case PT -> torch(file, network, listed, listener);
                    case NPZ -> arrays(file, network, NpzFile.read(file), listed, listener);
                    case SAFETENSORS -> arrays(file, network, SafetensorsFile.read(file), listed, listener);
                    case ONNX, PB ->
                        throw new UsageException(file + ": weights are not read from files of this format");
                };
        return weights.requireFinite(file);
    }

    /**
     * Reads a file of darknet's, npz or safetensors that holds nothing but the network's parameters, under their own names; of darknet's it
     * holds all of them.
     *
     * @throws DataException if the file is damaged, of another network or holds values that are not finite
     */
    static ForeignWeights readOwn(Path file, ModelFormat format, Network network) throws IOException {
        if (format == ModelFormat.DARKNET) {
            Map<String, float[]> parameters = new LinkedHashMap<>();
            long seen = DarknetWeights.read(file, network, parameters::put).seen();
            return new ForeignWeights(parameters, seen).requireFinite(file);
        }
        Map<String, NamedArray> arrays = format == ModelFormat.NPZ ? NpzFile.read(file) : SafetensorsFile.read(file);
        return new ForeignWeights(ParameterArrays.into(network, Map.of(), arrays, file.toString()), 0)
                .requireFinite(file);
    }

    private ForeignWeights requireFinite(Path file) throws DataException {
        ParameterArrays.requireFinite(parameters, file.toString());
        return this;
    }

    private static ForeignWeights darknet(Path file, Network network, JobListener listener) throws IOException {
        Map<String, float[]> parameters = new LinkedHashMap<>();
        DarknetWeights.Start start;
        try {
            start = DarknetWeights.readStart(file, network, parameters::put);
        } catch (DataException e) {
            List<String> others = othersThatFit(file, network);
            throw others.isEmpty()
                    ? e
                    : new DataException(
                            e.kind(), e.where(), e.reason() + "; it fits the model " + String.join(", ", others), e);
        }
        List<String> layers = start.layers();
        listener.log(file + ": " + layers.get(0)
                + (layers.size() > 1 ? " to " + layers.get(layers.size() - 1) : "")
                + (start.otherOutputs() == 0
                        ? ""
                        : "; the last layer has " + start.otherOutputs()
                                + " outputs there, for other classes, and starts anew"));
        return new ForeignWeights(parameters, start.info().seen());
    }

    private static List<String> othersThatFit(Path file, Network network) throws IOException {
        List<String> fitting = new ArrayList<>();
        for (String name : Models.names()) {
            if (name.startsWith(DETECTORS) && !name.equals(network.name())) {
                Network other = Models.byName(name, ModelOptions.classes(1));
                if (DarknetWeights.fits(file, other)) {
                    fitting.add(name);
                }
            }
        }
        return fitting;
    }

    private static ForeignWeights torch(Path file, Network network, Map<String, String> names, JobListener listener)
            throws IOException {
        try (TorchFile torch = TorchFile.open(file)) {
            Map<String, List<Integer>> shapes = new LinkedHashMap<>();
            torch.arrays().forEach((name, array) -> {
                // Counts of batches and the like.
                if (array.floating()) {
                    shapes.put(name, array.dimensions());
                }
            });
            ParameterMatch match = ParameterMatch.of(network, file.toString(), shapes, names);
            tell(file + (torch.part().isEmpty() ? "" : ", its " + torch.part()), match, listener);
            Map<String, float[]> parameters = new LinkedHashMap<>();
            for (Map.Entry<String, String> array : match.arrays().entrySet()) {
                parameters.put(array.getKey(), torch.read(array.getValue()).values());
            }
            return new ForeignWeights(parameters, 0);
        }
    }

    private static ForeignWeights arrays(
            Path file, Network network, Map<String, NamedArray> arrays, Map<String, String> names, JobListener listener)
            throws IOException {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        arrays.forEach((name, array) -> shapes.put(name, array.dimensions()));
        ParameterMatch match = ParameterMatch.of(network, file.toString(), shapes, names);
        tell(file.toString(), match, listener);
        Map<String, float[]> parameters = new LinkedHashMap<>();
        match.arrays()
                .forEach((parameter, array) ->
                        parameters.put(parameter, arrays.get(array).values()));
        return new ForeignWeights(parameters, 0);
    }

    private static void tell(String file, ParameterMatch match, JobListener listener) {
        listener.log(file + ": " + match.how());
        if (!match.otherwise().isEmpty()) {
            listener.warn(file + ": " + match.otherwise() + ": it and what follows keep what they have");
        }
    }
}

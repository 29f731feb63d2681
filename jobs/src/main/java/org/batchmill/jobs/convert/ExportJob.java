package org.batchmill.jobs.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.train.arrays.NamedArray;
import org.batchmill.train.arrays.NpzFile;
import org.batchmill.train.arrays.ParameterArrays;
import org.batchmill.train.arrays.SafetensorsFile;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.darknet.DarknetWeights;
import org.batchmill.train.export.FrozenGraphFile;
import org.batchmill.train.export.OnnxFile;
import org.batchmill.train.network.Network;

/** Writes a trained network, or parts of it, for other programs. Needs no engine. Stateless. */
public final class ExportJob {

    private ExportJob() {}

    /**
     * What was written.
     *
     * @param checkpoint whose parameters they are
     * @param model      the network's name
     * @param parameters numbers in the file
     * @param bytes      of the file
     */
    public record Result(Path path, Path checkpoint, String format, String model, long parameters, long bytes) {

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("path", path.toString());
            keys.put("checkpoint", checkpoint.toString());
            keys.put("format", format);
            keys.put("model", model);
            keys.put("parameters", parameters);
            keys.put("bytes", bytes);
            return JsonLine.of(keys);
        }
    }

    /**
     * Writes the file, in place of what stood there.
     *
     * @param listener is told which checkpoint is taken
     * @throws UsageException if the format has no place for something in the network
     */
    public static Result run(ExportOptions options, JobListener listener) throws IOException {
        ChosenCheckpoint chosen = ChosenCheckpoint.take(options.checkpoint, listener);
        Overwriting.refuse(options.out, chosen.file());
        Checkpoint checkpoint = chosen.checkpoint();
        Network network = checkpoint.network();
        Map<String, float[]> parameters = checkpoint.parametersToPredict();
        Map<String, NamedArray> arrays = ParameterArrays.of(network, parameters, options.layers);
        boolean whole = options.to != ModelFormat.NPZ && options.to != ModelFormat.SAFETENSORS;
        if (whole && arrays.size() < parameters.size()) {
            throw new UsageException(
                    "parts of a network are written as npz or safetensors, not as " + word(options.to));
        }
        switch (options.to) {
            case NPZ -> NpzFile.write(options.out, arrays);
            case SAFETENSORS -> SafetensorsFile.write(options.out, arrays);
            case DARKNET ->
                DarknetWeights.write(
                        options.out,
                        network,
                        parameters::get,
                        options.header,
                        checkpoint.progress().samples());
            case ONNX -> OnnxFile.write(options.out, network, parameters, facts(checkpoint));
            case PT ->
                throw new UsageException("pt is read only: write safetensors, which torch reads without a pickle");
            case PB -> FrozenGraphFile.write(options.out, network, parameters);
        }
        long count = arrays.values().stream()
                .mapToLong(array -> array.values().length)
                .sum();
        return new Result(options.out, chosen.file(), word(options.to), network.name(), count, Files.size(options.out));
    }

    /** What a program that only has the file wants to know. */
    private static Map<String, String> facts(Checkpoint checkpoint) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", checkpoint.network().name());
        facts.put("task", checkpoint.task().kind());
        facts.put("classes", String.join(",", checkpoint.task().classes()));
        facts.put("pixels", "0 to 255, RGB");
        facts.putAll(checkpoint.task().facts());
        return facts;
    }

    private static String word(ModelFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}

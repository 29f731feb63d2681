package org.batchmill.jobs.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.jobs.model.OnnxModel;
import org.batchmill.jobs.model.PixelRange;
import org.batchmill.jobs.task.NamedModel;
import org.batchmill.records.ClassNames;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.task.TaskDescription;

/** Makes a checkpoint from weights that another program wrote. Needs no engine. Stateless. */
public final class ImportJob {

    private ImportJob() {}

    /**
     * What was made.
     *
     * @param model  the network's name
     * @param taken  parameters, by name, that the file held
     * @param all    parameters of the network
     * @param seen   images that the weights were trained on; 0 if the file does not say
     */
    public record Result(Path checkpoint, String model, int taken, int all, long seen) {

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("checkpoint", checkpoint.toString());
            keys.put("model", model);
            keys.put("taken", taken);
            keys.put("parameters", all);
            keys.put("seen", seen);
            return JsonLine.of(keys);
        }
    }

    /**
     * Reads the weights and writes the checkpoint, in place of what stood there.
     *
     * @param listener is told which checkpoint supplies the rest
     * @throws DataException if the file is damaged, or of another network
     */
    public static Result run(ImportOptions options, JobListener listener) throws IOException {
        ClassNames.requireDistinct(options.classes);
        if (options.from == ModelFormat.ONNX) {
            return onnx(options, listener);
        }
        if (options.pixels != null) {
            throw new OptionException("{pixels} is for onnx");
        }
        ChosenCheckpoint chosen = options.init == null ? null : ChosenCheckpoint.take(options.init, listener);
        Checkpoint base = chosen == null ? null : chosen.checkpoint();
        Overwriting.refuse(
                options.out, options.file, chosen == null ? null : chosen.file(), NamedModel.file(options.model));
        if ((base == null) == (options.model == null)) {
            throw new OptionException("either {model} says whose weights they are, or {init} gives a checkpoint of it");
        }
        NamedModel named = base == null ? NamedModel.of(options.model, options.classes, rule(options)) : null;
        Network network = base == null ? named.network() : base.network();
        TaskDescription task = base == null ? named.task().core().description() : base.task();
        ForeignWeights read = read(options, network, base != null, listener);
        Map<String, float[]> parameters = new LinkedHashMap<>(base == null ? Map.of() : base.parametersToPredict());
        parameters.putAll(read.parameters());
        requireAll(network, parameters, options);
        CheckpointFile.write(options.out, checkpoint(network, parameters, task, read.seen()));
        return new Result(
                options.out,
                network.name(),
                read.parameters().size(),
                network.parameters().size(),
                read.seen());
    }

    /** A file that holds the network, too. */
    private static Result onnx(ImportOptions options, JobListener listener) throws IOException {
        if (options.model != null || options.init != null || options.names != null || options.batchNorm != null) {
            throw new OptionException(
                    "onnx holds the network: {model}, {init}, {names} and {batch-norm} are for weights");
        }
        Overwriting.refuse(options.out, options.file);
        PixelRange pixels = options.pixels == null ? PixelRange.BYTES : options.pixels;
        Checkpoint checkpoint = OnnxModel.read(options.file, options.classes, pixels, listener);
        CheckpointFile.write(options.out, checkpoint);
        int count = checkpoint.network().parameters().size();
        return new Result(options.out, checkpoint.network().name(), count, count, 0);
    }

    /** Of arrays by name each must be a parameter, unless a list says which are; a whole file of weights must be exactly the network's. */
    private static ForeignWeights read(ImportOptions options, Network network, boolean parts, JobListener listener)
            throws IOException {
        boolean own =
                switch (options.from) {
                    case DARKNET -> !parts && options.names == null;
                    case NPZ, SAFETENSORS -> options.names == null;
                    case PT -> false;
                    case ONNX, PB -> throw new OptionException("{from} is darknet, npz, safetensors, pt or onnx");
                };
        return own
                ? ForeignWeights.readOwn(options.file, options.from, network)
                : ForeignWeights.read(options.file, options.from, network, options.names, listener);
    }

    private static Checkpoint checkpoint(
            Network network, Map<String, float[]> parameters, TaskDescription task, long seen) {
        Checkpoint.Progress progress = new Checkpoint.Progress(0, seen, 0, "", Map.of(), Map.of());
        return new Checkpoint(network, parameters, "", Map.of(), Map.of(), progress, task);
    }

    private static Layer.BatchNorm.Rule rule(ImportOptions options) {
        if (options.batchNorm != null) {
            return options.batchNorm;
        }
        return options.from == ModelFormat.DARKNET ? Layer.BatchNorm.Rule.DARKNET : Layer.BatchNorm.Rule.STANDARD;
    }

    private static void requireAll(Network network, Map<String, float[]> parameters, ImportOptions options)
            throws DataException {
        List<String> missing = network.parameters().stream()
                .map(Parameter::name)
                .filter(name -> !parameters.containsKey(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new DataException(
                    DataException.Kind.MISSING,
                    options.file.toString(),
                    "holds " + (network.parameters().size() - missing.size()) + " of the "
                            + network.parameters().size() + " parameters of " + network.name() + "; " + missing.get(0)
                            + " is not there (--init CHECKPOINT supplies the rest)");
        }
    }
}

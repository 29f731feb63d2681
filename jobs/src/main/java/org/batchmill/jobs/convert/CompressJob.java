package org.batchmill.jobs.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.NumberText;
import org.batchmill.jobs.evaluate.EvaluateJob;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.records.OptionException;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.compress.CompressedWeights;
import org.batchmill.train.compress.Compression;
import org.batchmill.train.network.Network;

/** Makes a trained network smaller, and says by how much and what it costs: its size and its scores before and after. Stateless. */
public final class CompressJob {

    private CompressJob() {}

    private interface Rule {
        CompressedWeights apply(Network network, Map<String, float[]> parameters);
    }

    /** A way to make weights smaller, and what the report calls it. */
    private record Method(String name, Rule rule) {}

    private static Method method(CompressOptions options) {
        int ways = (options.prune == null ? 0 : 1) + (options.share == null ? 0 : 1) + (options.binarise ? 1 : 0);
        if (ways != 1) {
            throw new OptionException("one of {prune}, {share} and {binarise} says how");
        }
        if (options.prune != null) {
            // The smallest weights of each layer become 0: this share of them.
            return new Method(
                    String.format(Locale.ROOT, "%s %.4g", ChosenCheckpoint.PRUNED, options.prune),
                    (network, parameters) -> Compression.pruned(network, parameters, options.prune));
        }
        if (options.share != null) {
            // The weights of each layer are replaced by the nearest of 2^bits values.
            return new Method(
                    "share " + options.share,
                    (network, parameters) -> Compression.shared(network, parameters, options.share));
        }
        // The weights of each filter become plus or minus one value.
        return new Method("binarise", Compression::binarised);
    }

    /**
     * What came out.
     *
     * @param weights how many weights were compressed
     * @param zeros   how many of them are 0 now
     * @param before  the scores of the given network by name; empty if there was nothing to evaluate by
     * @param after   those of the compressed one
     */
    public record Report(
            String method,
            Path out,
            long bytesBefore,
            long bytesAfter,
            long weights,
            long zeros,
            Map<String, Double> before,
            Map<String, Double> after) {

        /** For people. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("method       " + method);
            lines.add(String.format(
                    Locale.ROOT,
                    "size         %,d bytes instead of %,d, %.1f times smaller",
                    bytesAfter,
                    bytesBefore,
                    (double) bytesBefore / bytesAfter));
            lines.add(String.format(Locale.ROOT, "weights      %,d, of which %,d are 0", weights, zeros));
            before.forEach((name, value) -> lines.add(String.format(
                    Locale.ROOT, "%-12s %s, before %s", name, NumberText.of(after.get(name)), NumberText.of(value))));
            lines.add("checkpoint   " + out);
            return lines;
        }

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("method", method);
            keys.put("checkpoint", out.toString());
            keys.put("bytes_before", bytesBefore);
            keys.put("bytes_after", bytesAfter);
            keys.put("weights", weights);
            keys.put("zeros", zeros);
            keys.put("before", finite(before));
            keys.put("after", finite(after));
            return JsonLine.of(keys);
        }

        private static Map<String, Object> finite(Map<String, Double> scores) {
            Map<String, Object> result = new LinkedHashMap<>();
            scores.forEach((name, value) -> result.put(name, JsonLine.finite(value)));
            return result;
        }
    }

    /**
     * Compresses a checkpoint's parameters (the averages where it keeps them) and writes them as a checkpoint to predict with.
     *
     * @param checkpoint a file or a run folder
     * @param data       what both are evaluated on; null for no evaluation
     * @throws OptionException if not one way is chosen
     * @throws IOException if a file or the data is bad
     */
    public static Report run(
            Path checkpoint,
            CompressOptions options,
            DataOptions data,
            InputOptions input,
            EngineOptions engine,
            JobListener listener)
            throws IOException, InterruptedException {
        Method method = method(options);
        Path out = options.out;
        ChosenCheckpoint chosen = ChosenCheckpoint.take(checkpoint, listener);
        Path file = chosen.file();
        Overwriting.refuse(out, file);
        if (data != null) {
            DataSets.refuseOver(out, data);
        }
        Checkpoint given = chosen.checkpoint();
        CompressedWeights small = method.rule().apply(given.network(), given.parametersToPredict());
        CheckpointFile.write(out, compressed(given, small, method));
        boolean evaluated = data != null;
        return new Report(
                method.name(),
                out,
                small.bitsBefore() / Byte.SIZE,
                (small.bitsAfter() + Byte.SIZE - 1) / Byte.SIZE,
                small.weights(),
                small.zeros(),
                evaluated
                        ? EvaluateJob.run(List.of(file), data, input, engine, listener)
                                .scores()
                        : Map.of(),
                evaluated
                        ? EvaluateJob.run(List.of(out), data, input, engine, listener)
                                .scores()
                        : Map.of());
    }

    /** The name of the method stays with the weights: who trains them on must know what they are. */
    private static Checkpoint compressed(Checkpoint given, CompressedWeights small, Method method) {
        Checkpoint.Progress progress =
                new Checkpoint.Progress(0, 0, 0, "", Map.of(ChosenCheckpoint.COMPRESSION, method.name()), Map.of());
        return new Checkpoint(given.network(), small.parameters(), "", Map.of(), Map.of(), progress, given.task());
    }
}

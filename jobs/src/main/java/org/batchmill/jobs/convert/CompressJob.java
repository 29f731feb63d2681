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
import org.batchmill.jobs.evaluate.EvaluateJob;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.compress.CompressedWeights;
import org.batchmill.train.compress.Compression;
import org.batchmill.train.network.Network;

/** Makes a trained network smaller, and says by how much and what it costs: its size and its scores before and after. */
public final class CompressJob {

    private CompressJob() {}

    /** A way to make weights smaller. */
    public interface Method {

        /** What the report calls it. */
        String name();

        CompressedWeights apply(Network network, Map<String, float[]> parameters);

        /** The smallest weights of each layer become 0: this share of them. */
        static Method prune(double share) {
            return named(
                    String.format(Locale.ROOT, "%s %.4g", ChosenCheckpoint.PRUNED, share),
                    (network, parameters) -> Compression.pruned(network, parameters, share));
        }

        /** The weights of each layer are replaced by the nearest of {@code 2^bits} values. */
        static Method share(int bits) {
            return named("share " + bits, (network, parameters) -> Compression.shared(network, parameters, bits));
        }

        /** The weights of each filter become plus or minus one value. */
        static Method binarise() {
            return named("binarise", Compression::binarised);
        }

        private static Method named(String name, Rule rule) {
            return new Method() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public CompressedWeights apply(Network network, Map<String, float[]> parameters) {
                    return rule.apply(network, parameters);
                }
            };
        }
    }

    private interface Rule {
        CompressedWeights apply(Network network, Map<String, float[]> parameters);
    }

    /**
     * What came out.
     *
     * @param weights how many weights were compressed
     * @param zeros   how many of them are 0 now
     * @param before  the scores of the given network by name; empty if there was nothing to judge by
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
            before.forEach((name, value) ->
                    lines.add(String.format(Locale.ROOT, "%-12s %.5g, before %.5g", name, after.get(name), value)));
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
     * @param data       what both are judged on; null for no judgement
     * @param out        the file to write
     * @throws IOException if a file or the data is bad
     */
    public static Report run(
            Path checkpoint,
            Method method,
            DataOptions data,
            InputOptions input,
            EngineOptions engine,
            Path out,
            JobListener listener)
            throws IOException, InterruptedException {
        ChosenCheckpoint chosen = ChosenCheckpoint.take(checkpoint, listener);
        Path file = chosen.file();
        Overwriting.refuse(out, file);
        Checkpoint given = chosen.checkpoint();
        CompressedWeights small = method.apply(given.network(), given.parametersToPredict());
        CheckpointFile.write(out, compressed(given, small, method));
        boolean judged = data != null;
        return new Report(
                method.name(),
                out,
                small.bitsBefore() / Byte.SIZE,
                (small.bitsAfter() + Byte.SIZE - 1) / Byte.SIZE,
                small.weights(),
                small.zeros(),
                judged
                        ? EvaluateJob.run(List.of(file), data, input, engine, listener)
                                .scores()
                        : Map.of(),
                judged
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

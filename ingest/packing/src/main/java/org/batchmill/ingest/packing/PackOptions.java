package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.records.UsageException;

/**
 * What to pack, and how. Immutable; the {@code with} methods give a changed copy. It travels to the pipeline's workers.
 *
 * @param data            a folder in a known layout, or record files: what {@link org.batchmill.ingest.sources.Sources} opens
 * @param source          how to read it; its split is left to {@code split}
 * @param prefix          what the names of the shards begin with, with their folder: {@code out/bccd}; the folder is made
 * @param container       the kind of file
 * @param shards          how many a split, fewer where there are fewer samples; 0 for as many as make files of about 256 MiB, at least 4
 * @param maxSide         larger pictures are scaled down to this many pixels on their longer side; 0 keeps all as they are
 * @param split           how the data is divided
 * @param seed            of the shuffle
 * @param onError         what happens to samples that cannot be packed
 * @param maxErrors       how many may be skipped
 * @param runner          which Beam runner: {@link #DIRECT}, {@link #FLINK}, or another that is on the class path, by its Beam name
 * @param runnerArguments more options for the runner, in Beam's form: {@code --flinkMaster=host:8081}
 * @param parallelism     of the pipeline; 0 for the number of cores
 */
public record PackOptions(
        String data,
        SourceOptions source,
        String prefix,
        Container container,
        int shards,
        int maxSide,
        SplitRule split,
        long seed,
        OnError onError,
        long maxErrors,
        String runner,
        List<String> runnerArguments,
        int parallelism)
        implements Serializable {

    /** The runner inside this process. */
    public static final String DIRECT = "direct";

    /** Apache Flink: inside this process, or on the cluster that {@code --flinkMaster=HOST:PORT} names. */
    public static final String FLINK = "flink";

    /** The kind of file that holds the samples. */
    public enum Container {
        TFRECORD("tfrecord"),
        ARROW("arrow");

        private final String suffix;

        Container(String suffix) {
            this.suffix = suffix;
        }

        String suffix() {
            return suffix;
        }
    }

    /** What happens to samples that cannot be packed. */
    public enum OnError {
        /** The first ends the job. */
        FAIL,
        /** They are left out and listed in the result. */
        SKIP,
        /** As {@link #SKIP}, and written to {@code PREFIX-quarantine.jsonl}. */
        QUARANTINE
    }

    public PackOptions {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(split, "split");
        Objects.requireNonNull(onError, "onError");
        Objects.requireNonNull(runner, "runner");
        runnerArguments = List.copyOf(runnerArguments);
        if (shards < 0 || shards > 99_999) {
            throw new UsageException("the number of shards must be 1 to 99999, not " + shards);
        }
        if (maxSide < 0 || maxErrors < 0 || parallelism < 0) {
            throw new UsageException("the largest side, the number of errors and the parallelism cannot be negative");
        }
    }

    /** TFRecord, no splits, seed 0, fail at the first bad sample, the direct runner on all cores. */
    public static PackOptions of(String data, String prefix) {
        return new PackOptions(
                data,
                SourceOptions.defaults(),
                prefix,
                Container.TFRECORD,
                0,
                0,
                SplitRule.NONE,
                0,
                OnError.FAIL,
                Long.MAX_VALUE,
                DIRECT,
                List.of(),
                0);
    }

    /** How many workers the pipeline has. */
    int workers() {
        return parallelism > 0 ? parallelism : Runtime.getRuntime().availableProcessors();
    }

    public PackOptions withPrefix(String value) {
        return new PackOptions(
                data,
                source,
                value,
                container,
                shards,
                maxSide,
                split,
                seed,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withSource(SourceOptions value) {
        return new PackOptions(
                data,
                value,
                prefix,
                container,
                shards,
                maxSide,
                split,
                seed,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withContainer(Container value) {
        return new PackOptions(
                data,
                source,
                prefix,
                value,
                shards,
                maxSide,
                split,
                seed,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withShards(int value) {
        return new PackOptions(
                data,
                source,
                prefix,
                container,
                value,
                maxSide,
                split,
                seed,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withMaxSide(int value) {
        return new PackOptions(
                data,
                source,
                prefix,
                container,
                shards,
                value,
                split,
                seed,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withSplit(SplitRule value) {
        return new PackOptions(
                data,
                source,
                prefix,
                container,
                shards,
                maxSide,
                value,
                seed,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withSeed(long value) {
        return new PackOptions(
                data,
                source,
                prefix,
                container,
                shards,
                maxSide,
                split,
                value,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withOnError(OnError value, long budget) {
        return new PackOptions(
                data,
                source,
                prefix,
                container,
                shards,
                maxSide,
                split,
                seed,
                value,
                budget,
                runner,
                runnerArguments,
                parallelism);
    }

    public PackOptions withRunner(String value, List<String> arguments) {
        return new PackOptions(
                data,
                source,
                prefix,
                container,
                shards,
                maxSide,
                split,
                seed,
                onError,
                maxErrors,
                value,
                arguments,
                parallelism);
    }

    public PackOptions withParallelism(int value) {
        return new PackOptions(
                data,
                source,
                prefix,
                container,
                shards,
                maxSide,
                split,
                seed,
                onError,
                maxErrors,
                runner,
                runnerArguments,
                value);
    }
}

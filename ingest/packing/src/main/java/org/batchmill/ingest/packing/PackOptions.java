package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.UsageException;

/**
 * What to pack, and how. Immutable; the {@code with} methods give a changed copy. It travels to the pipeline's workers.
 *
 * @param data            a folder in a known layout, or record files: what {@link org.batchmill.ingest.sources.Sources} opens
 * @param source          how to read it; its split is left to {@code split}
 * @param prefix          what the names of the shards begin with, with their folder: {@code out/bccd}; the folder is made
 * @param container       the kind of file
 * @param shards          how many a split, fewer where there are fewer samples; 0 for as many as make files of about 256 MiB, at least 4
 * @param maxSide         larger images are scaled down to this many pixels on their longer side; 0 keeps all as they are
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
        ErrorMode onError,
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
                ErrorMode.FAIL,
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
        return with(draft -> draft.prefix = value);
    }

    public PackOptions withSource(SourceOptions value) {
        return with(draft -> draft.source = value);
    }

    public PackOptions withContainer(Container value) {
        return with(draft -> draft.container = value);
    }

    public PackOptions withShards(int value) {
        return with(draft -> draft.shards = value);
    }

    public PackOptions withMaxSide(int value) {
        return with(draft -> draft.maxSide = value);
    }

    public PackOptions withSplit(SplitRule value) {
        return with(draft -> draft.split = value);
    }

    public PackOptions withSeed(long value) {
        return with(draft -> draft.seed = value);
    }

    public PackOptions withOnError(ErrorMode value, long budget) {
        return with(draft -> {
            draft.onError = value;
            draft.maxErrors = budget;
        });
    }

    public PackOptions withRunner(String value, List<String> arguments) {
        return with(draft -> {
            draft.runner = value;
            draft.runnerArguments = arguments;
        });
    }

    public PackOptions withParallelism(int value) {
        return with(draft -> draft.parallelism = value);
    }

    private PackOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A copy that can be changed. */
    private static final class Draft {
        private final String data;
        private SourceOptions source;
        private String prefix;
        private Container container;
        private int shards;
        private int maxSide;
        private SplitRule split;
        private long seed;
        private ErrorMode onError;
        private long maxErrors;
        private String runner;
        private List<String> runnerArguments;
        private int parallelism;

        Draft(PackOptions options) {
            data = options.data;
            source = options.source;
            prefix = options.prefix;
            container = options.container;
            shards = options.shards;
            maxSide = options.maxSide;
            split = options.split;
            seed = options.seed;
            onError = options.onError;
            maxErrors = options.maxErrors;
            runner = options.runner;
            runnerArguments = options.runnerArguments;
            parallelism = options.parallelism;
        }

        PackOptions finished() {
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
                    parallelism);
        }
    }
}

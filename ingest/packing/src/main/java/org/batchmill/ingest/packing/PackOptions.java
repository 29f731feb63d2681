package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.UsageException;

/**
 * What to pack, and how. Immutable; the {@code with} methods give a changed copy. It travels to the pipeline's workers.
 *
 * @param data      a folder in a known layout, or record files: what {@link org.batchmill.ingest.sources.Sources} opens
 * @param source    how to read it; its split is left to {@code split}
 * @param shards    the files that are written
 * @param maxSide   larger images are scaled down to this many pixels on their longer side; 0 keeps all as they are
 * @param split     how the data is divided
 * @param seed      of the shuffle
 * @param errors    what happens to samples that cannot be packed
 * @param runner    what runs the pipeline
 */
public record PackOptions(
        String data,
        SourceOptions source,
        Shards shards,
        int maxSide,
        SplitRule split,
        long seed,
        ErrorLimit errors,
        BeamRunner runner)
        implements Serializable {

    /**
     * The files that are written.
     *
     * @param prefix    what their names begin with, with their folder: {@code out/bccd}; the folder is made
     * @param container the kind of file
     * @param count     how many a split, fewer where there are fewer samples; 0 for as many as make files of about 256 MiB, at least 4
     */
    public record Shards(String prefix, Container container, int count) implements Serializable {
        public Shards {
            Objects.requireNonNull(prefix, "prefix");
            Objects.requireNonNull(container, "container");
            if (count < 0 || count > 99_999) {
                throw new UsageException("the number of shards must be 1 to 99999, not " + count);
            }
        }

        OutputNames names() {
            return new OutputNames(prefix, container);
        }
    }

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
        Objects.requireNonNull(shards, "shards");
        Objects.requireNonNull(split, "split");
        Objects.requireNonNull(errors, "errors");
        Objects.requireNonNull(runner, "runner");
        if (maxSide < 0) {
            throw new UsageException("the largest side cannot be negative");
        }
    }

    /** TFRecord, no splits, seed 0, fail at the first bad sample, the direct runner on all cores. */
    public static PackOptions of(String data, String prefix) {
        return new PackOptions(
                data,
                SourceOptions.defaults(),
                new Shards(prefix, Container.TFRECORD, 0),
                0,
                SplitRule.NONE,
                0,
                ErrorLimit.NONE,
                BeamRunner.ALL_CORES);
    }

    public PackOptions withPrefix(String value) {
        return withShards(new Shards(value, shards.container, shards.count));
    }

    public PackOptions withSource(SourceOptions value) {
        return new PackOptions(data, value, shards, maxSide, split, seed, errors, runner);
    }

    public PackOptions withContainer(Container value) {
        return withShards(new Shards(shards.prefix, value, shards.count));
    }

    public PackOptions withShards(int value) {
        return withShards(new Shards(shards.prefix, shards.container, value));
    }

    private PackOptions withShards(Shards value) {
        return new PackOptions(data, source, value, maxSide, split, seed, errors, runner);
    }

    public PackOptions withMaxSide(int value) {
        return new PackOptions(data, source, shards, value, split, seed, errors, runner);
    }

    public PackOptions withSplit(SplitRule value) {
        return new PackOptions(data, source, shards, maxSide, value, seed, errors, runner);
    }

    public PackOptions withSeed(long value) {
        return new PackOptions(data, source, shards, maxSide, split, value, errors, runner);
    }

    public PackOptions withOnError(ErrorMode value, long budget) {
        return new PackOptions(data, source, shards, maxSide, split, seed, new ErrorLimit(value, budget), runner);
    }

    public PackOptions withRunner(String value, List<String> arguments) {
        return withRunner(new BeamRunner(value, arguments, runner.parallelism()));
    }

    public PackOptions withParallelism(int value) {
        return withRunner(new BeamRunner(runner.name(), runner.arguments(), value));
    }

    public PackOptions withRunner(BeamRunner value) {
        return new PackOptions(data, source, shards, maxSide, split, seed, errors, value);
    }
}

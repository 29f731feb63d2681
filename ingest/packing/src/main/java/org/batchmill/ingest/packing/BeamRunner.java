package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.batchmill.records.UsageException;

/**
 * What runs a pipeline, and with how many workers. Immutable.
 *
 * @param name        {@link #DIRECT}, {@link #FLINK}, or another that is on the class path, by its Beam name
 * @param arguments   more options for it, in Beam's form: {@code --flinkMaster=host:8081}
 * @param parallelism of the pipeline; 0 for the number of cores
 */
public record BeamRunner(String name, List<String> arguments, int parallelism) implements Serializable {

    /** The runner inside this process. */
    public static final String DIRECT = "direct";

    /** Apache Flink: inside this process, or on the cluster that {@code --flinkMaster=HOST:PORT} names. */
    public static final String FLINK = "flink";

    private static final String MASTER = "--flinkMaster=";

    /** Inside this process, on all cores. */
    static final BeamRunner ALL_CORES = new BeamRunner(DIRECT, List.of(), 0);

    public BeamRunner {
        Objects.requireNonNull(name, "name");
        arguments = List.copyOf(arguments);
        if (parallelism < 0) {
            throw new UsageException("the number of workers is not negative");
        }
    }

    /** The cluster of processes that share nothing with this one but files; none where all is done inside this process. */
    Optional<String> master() {
        return arguments.stream()
                .filter(argument -> name.equals(FLINK) && argument.startsWith(MASTER))
                .map(argument -> argument.substring(MASTER.length()))
                .filter(master -> !master.startsWith("[")) // [local], [auto], [collection]
                .findFirst();
    }

    /** How many workers the pipeline has. */
    int workers() {
        return parallelism > 0 ? parallelism : Runtime.getRuntime().availableProcessors();
    }
}

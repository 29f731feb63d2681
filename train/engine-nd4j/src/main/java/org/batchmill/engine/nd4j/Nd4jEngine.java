package org.batchmill.engine.nd4j;

import org.batchmill.records.MissingPartException;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/**
 * Networks as SameDiff graphs on nd4j-native, on the CPU. Thread-safe; programs share ND4J's one setting of the number of threads,
 * the last compiled one's.
 */
public final class Nd4jEngine implements Engine {

    private static final String DEVICE = "cpu";

    /** Found by {@link java.util.ServiceLoader}; loads no natives. */
    public Nd4jEngine() {}

    @Override
    public String name() {
        return "nd4j";
    }

    @Override
    public String unavailable() {
        return Natives.failure();
    }

    @Override
    public String describe() {
        requireBackend();
        return Natives.description();
    }

    @Override
    public Program compile(ProgramSpec spec) {
        requireBackend();
        if (!spec.execution().device().equals(DEVICE)) {
            throw new MissingPartException("engine nd4j runs on " + DEVICE + ", not on "
                    + spec.execution().device());
        }
        if (spec.execution().precision() == ProgramSpec.Precision.BFLOAT16) {
            throw new UsageException("engine nd4j computes in float32 only");
        }
        if (spec.syncBatchNorm()) {
            throw new OptionException(
                    "engine nd4j takes batch norm over the rows of one rank: {sync-batch-norm} needs {engine} onednn or torch");
        }
        int threads = spec.execution().threads() > 0
                ? spec.execution().threads()
                : Runtime.getRuntime().availableProcessors();
        Natives.setThreads(threads);
        return new Nd4jProgram(spec, threads);
    }

    private static void requireBackend() {
        String failure = Natives.failure();
        if (failure != null) {
            throw new MissingPartException("engine nd4j cannot run here: " + failure);
        }
    }
}

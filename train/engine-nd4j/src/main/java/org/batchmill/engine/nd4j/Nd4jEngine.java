package org.batchmill.engine.nd4j;

import org.batchmill.records.MissingPartException;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/**
 * Networks as SameDiff graphs on ND4J: on the CPU, or on the first GPU where ND4J's build for CUDA is on the class path. Thread-safe;
 * programs share ND4J's one setting of the number of threads, the last compiled one's.
 */
public final class Nd4jEngine implements Engine {

    private static final String CPU = "cpu";

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
    public String withoutGpu() {
        return Natives.withoutGpu();
    }

    @Override
    public String describe() {
        requireBackend();
        return Natives.description();
    }

    @Override
    public Program compile(ProgramSpec spec) {
        requireBackend();
        requireDevice(spec.execution().device());
        if (spec.execution().precision() != ProgramSpec.Precision.FLOAT32) {
            throw new UsageException("engine nd4j computes in float32 only");
        }
        if (spec.syncBatchNorm()) {
            throw new OptionException(
                    "engine nd4j takes batch norm over the rows of one rank: {sync-batch-norm} needs {engine} onednn or torch");
        }
        if (spec.execution().gpuMemory() != null) {
            throw new OptionException("engine nd4j takes of a GPU what it needs: {gpu-memory} needs {engine} torch");
        }
        int threads = spec.execution().threads() > 0
                ? spec.execution().threads()
                : Runtime.getRuntime().availableProcessors();
        Natives.setThreads(threads);
        return new Nd4jProgram(spec, threads);
    }

    private static void requireDevice(String device) {
        String why = Natives.withoutGpu();
        if (device.equals(CPU)) {
            if (why == null) {
                throw new MissingPartException(
                        "engine nd4j runs on gpu:0 here, where its build for CUDA is on the class path, not on cpu");
            }
        } else if (why != null) {
            throw new MissingPartException("engine nd4j has no " + device + ": " + why);
        } else if (!device.equals("gpu") && !device.equals("gpu:0")) {
            throw new MissingPartException("engine nd4j has gpu:0 alone, not " + device);
        }
    }

    private static void requireBackend() {
        String failure = Natives.failure();
        if (failure != null) {
            throw new MissingPartException("engine nd4j cannot run here: " + failure);
        }
    }
}

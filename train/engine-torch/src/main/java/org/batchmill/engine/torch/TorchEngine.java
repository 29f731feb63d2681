package org.batchmill.engine.torch;

import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/**
 * Networks as operations of libtorch, on a CPU or a GPU. Thread-safe; programs share libtorch's one setting of the number of threads, that
 * of the last call.
 */
public final class TorchEngine implements Engine {

    /** Found by {@link java.util.ServiceLoader}; loads no natives. */
    public TorchEngine() {}

    @Override
    public String name() {
        return "torch";
    }

    @Override
    public String unavailable() {
        return Natives.failure();
    }

    @Override
    public String describe() {
        requireNatives();
        return Natives.description();
    }

    @Override
    public Program compile(ProgramSpec spec) {
        requireNatives();
        int threads = spec.threads() > 0 ? spec.threads() : Runtime.getRuntime().availableProcessors();
        return new TorchProgram(spec, "cpu", threads);
    }

    private static void requireNatives() {
        String failure = Natives.failure();
        if (failure != null) {
            throw new MissingPartException("engine torch cannot run here: " + failure);
        }
    }
}

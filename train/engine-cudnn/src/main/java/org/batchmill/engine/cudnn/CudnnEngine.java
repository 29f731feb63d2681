package org.batchmill.engine.cudnn;

import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/**
 * Networks on NVIDIA GPUs. So far it finds out what a machine has and says in one line what is missing; no network runs on it yet,
 * which is what it says where nothing else is missing. Thread-safe.
 */
public final class CudnnEngine implements Engine {

    /** Found by {@link java.util.ServiceLoader}; loads no natives. */
    public CudnnEngine() {}

    @Override
    public String name() {
        return "cudnn";
    }

    @Override
    public String unavailable() {
        try {
            return "no network runs on it yet (docs/gpu.md); found "
                    + Gpu.first().describe();
        } catch (MissingPartException e) {
            return e.getMessage();
        }
    }

    @Override
    public String describe() {
        throw missing();
    }

    @Override
    public Program compile(ProgramSpec spec) {
        throw missing();
    }

    private MissingPartException missing() {
        return new MissingPartException("engine cudnn cannot run here: " + unavailable());
    }
}

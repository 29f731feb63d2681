package org.batchmill.engine.onednn;

import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.plan.WinogradCosts;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;

/** Networks as static plans of oneDNN primitives, on the CPU. Thread-safe. */
public final class OneDnnEngine implements Engine {

    private static final String DEVICE = "cpu";

    /** Null for those of the CPU. */
    private final WinogradCosts costs;

    /** Found by {@link java.util.ServiceLoader}; loads no natives. */
    public OneDnnEngine() {
        this(null);
    }

    /** One that chooses as on a CPU with these costs. */
    OneDnnEngine(WinogradCosts costs) {
        this.costs = costs;
    }

    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public void begin() {
        Natives.begin();
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
        if (!spec.execution().device().equals(DEVICE)) {
            throw new MissingPartException("engine onednn runs on " + DEVICE + ", not on "
                    + spec.execution().device());
        }
        if (spec.execution().precision() == ProgramSpec.Precision.TF32) {
            throw new UsageException("tf32 is the arithmetic of GPUs from Ampere on; a CPU has float32 and bfloat16");
        }
        if (spec.execution().precision() == ProgramSpec.Precision.BFLOAT16 && !Natives.hasBfloat16()) {
            throw new UsageException(
                    "bfloat16 needs a CPU with AVX-512-BF16 or AMX; this one has " + Natives.instructionSet());
        }
        int threads = spec.execution().threads() > 0
                ? spec.execution().threads()
                : Runtime.getRuntime().availableProcessors();
        return new OneDnnProgram(spec, threads, costs == null ? WinogradCosts.here() : costs);
    }

    private static void requireNatives() {
        String failure = Natives.failure();
        if (failure != null) {
            throw new MissingPartException("engine onednn cannot run here: " + failure);
        }
    }
}

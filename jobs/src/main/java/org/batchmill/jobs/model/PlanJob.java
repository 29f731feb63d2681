package org.batchmill.jobs.model;

import java.io.IOException;
import java.util.List;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.Program;

/** Shows what an engine compiles a model to. Stateless. */
public final class PlanJob {

    private PlanJob() {}

    /**
     * The plan's lines: operations in their order, with formats, buffers and what is fused.
     *
     * @param model a name or a configuration of the reference program
     */
    public static List<String> run(String model, TrialOptions trial, EngineOptions options) throws IOException {
        try (Program program = TrialProgram.compile(
                TrialProgram.spec(model, trial, options), Engines.named(options.engine), options)) {
            return program.plan();
        }
    }
}

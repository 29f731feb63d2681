package org.batchmill.jobs.model;

import java.util.function.Function;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;

/** The engines on the class path. Stateless. */
public final class InstalledEngines {

    private InstalledEngines() {}

    /** Why an engine cannot be used here, or null if it can. */
    public static String unavailable(String name) {
        return ask(name, Engine::unavailable);
    }

    /** Why an engine cannot compute on a GPU of this machine, or null if it can. */
    public static String withoutGpu(String name) {
        return ask(name, Engine::withoutGpu);
    }

    private static String ask(String name, Function<Engine, String> question) {
        for (Engine engine : Engines.installed()) {
            if (engine.name().equals(name)) {
                return question.apply(engine);
            }
        }
        return "it is not on the class path";
    }
}

package org.batchmill.jobs.model;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;

/** The engines on the class path. */
public final class InstalledEngines {

    private InstalledEngines() {}

    /** Why an engine cannot be used here, or null if it can. */
    public static String unavailable(String name) {
        for (Engine engine : Engines.installed()) {
            if (engine.name().equals(name)) {
                return engine.unavailable();
            }
        }
        return "it is not on the class path";
    }
}

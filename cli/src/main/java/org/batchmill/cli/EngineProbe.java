package org.batchmill.cli;

import org.batchmill.train.engine.Engine;
import org.batchmill.train.engine.Engines;

/** What the launcher runs in a JVM of its own to find out whether an engine's natives load: prints why not, or nothing. */
final class EngineProbe {

    private EngineProbe() {}

    /** @param arguments the engine's name */
    public static void main(String[] arguments) {
        String why = "it is not on the class path";
        for (Engine engine : Engines.installed()) {
            if (engine.name().equals(arguments[0])) {
                why = engine.unavailable();
            }
        }
        if (why != null) {
            System.out.println(why);
            System.exit(ExitCode.MISSING_PART);
        }
    }
}

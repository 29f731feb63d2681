package org.batchmill.cli;

import org.batchmill.jobs.model.InstalledEngines;

/** What the launcher runs in a JVM of its own to find out whether an engine's natives load: prints why not, or nothing. */
final class EngineProbe {

    private EngineProbe() {}

    /** @param arguments the engine's name */
    public static void main(String[] arguments) {
        String why = InstalledEngines.unavailable(arguments[0]);
        if (why != null) {
            System.out.println(why);
            System.exit(ExitCode.MISSING_PART);
        }
    }
}

package org.batchmill.cli;

import org.batchmill.jobs.model.InstalledEngines;

/** What the launcher runs in a JVM of its own to find out whether an engine's natives load, or a GPU: prints why not, or nothing. */
final class EngineProbe {

    private EngineProbe() {}

    /** @param arguments the engine's name, and {@code gpu} if it is to use one */
    public static void main(String[] arguments) {
        String why = arguments.length > 1
                ? InstalledEngines.withoutGpu(arguments[0])
                : InstalledEngines.unavailable(arguments[0]);
        if (why != null) {
            System.out.println(why);
            System.exit(ExitCode.MISSING_PART);
        }
    }
}

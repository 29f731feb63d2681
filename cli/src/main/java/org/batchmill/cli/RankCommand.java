package org.batchmill.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.FreshFolder;
import picocli.CommandLine.Model.CommandSpec;

/**
 * How this process would be started again as one rank of a gang.
 *
 * @param words program and arguments
 * @param run   the run folder, which is in them
 */
record RankCommand(List<String> words, Path run) {

    private static final String RANKS = "--ranks";
    private static final String DASHBOARD = "--dashboard";

    /** What whoever starts ranks is told, and they are not. */
    private static final Set<String> OF_THE_STARTER =
            Set.of(RANKS, "--spark-master", "--spark-ranks", "--spark-cores", "--spark-config");

    /**
     * @param spec    of the command that runs, with its arguments as they were given
     * @param cores   how many it has
     */
    static RankCommand of(CommandSpec spec, int cores, TrainOptions options) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.add("-XX:ActiveProcessorCount=" + cores);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Batchmill.class.getName()));
        words.addAll(others(spec.root().commandLine().getParseResult().originalArgs()));
        words.addAll(List.of(RANKS, GangOptions.ENVIRONMENT));
        Path run = options.run().run;
        if (run == null) {
            run = FreshFolder.below(Path.of("runs"), options.task().name().toLowerCase(Locale.ROOT));
            words.addAll(List.of("--run", run.toString()));
        }
        return new RankCommand(List.copyOf(words), run);
    }

    /** How many cores each of some ranks on this machine has. */
    static int cores(int ranks) {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / ranks);
    }

    /** All arguments but those of whoever starts ranks, and the dashboard, which whoever starts them has. */
    private static List<String> others(List<String> arguments) {
        List<String> others = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (OF_THE_STARTER.contains(argument)) {
                i++;
            } else if (!OF_THE_STARTER.contains(argument.replaceFirst("(?s)=.*", "")) && !argument.equals(DASHBOARD)) {
                others.add(argument);
            }
        }
        return others;
    }
}

package org.batchmill.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /**
     * @param spec    of the command that runs, with its arguments as they were given
     * @param ranks   how many share this machine's cores
     */
    static RankCommand of(CommandSpec spec, int ranks, TrainOptions options) {
        int cores = Math.max(1, Runtime.getRuntime().availableProcessors() / ranks);
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

    /** All arguments but the number of ranks. */
    private static List<String> others(List<String> arguments) {
        List<String> others = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).equals(RANKS)) {
                i++;
            } else if (!arguments.get(i).startsWith(RANKS + "=")) {
                others.add(arguments.get(i));
            }
        }
        return others;
    }
}

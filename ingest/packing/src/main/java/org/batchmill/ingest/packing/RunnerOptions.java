package org.batchmill.ingest.packing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;

/** From a runner's name to Beam's options for it. Runners are found by name, so none but the direct one need be on the class path. */
final class RunnerOptions {

    private static final String STAGED = "--filesToStage=";

    private RunnerOptions() {}

    /** @param job its name at the {@link WorkGate} */
    static PipelineOptions of(BeamRunner runner, String job) {
        int parallelism = runner.workers();
        List<String> arguments = new ArrayList<>();
        switch (runner.name()) {
            case BeamRunner.DIRECT -> {
                arguments.add("--runner=DirectRunner");
                arguments.add("--targetParallelism=" + parallelism);
                arguments.add("--blockOnRun=false");
                // Both checks copy every element; ours are immutable.
                arguments.add("--enforceImmutability=false");
                arguments.add("--enforceEncodability=false");
            }
            case BeamRunner.FLINK -> {
                arguments.add("--runner=FlinkRunner");
                arguments.add("--parallelism=" + parallelism);
                if (runner.master().isPresent()) {
                    arguments.add("--jobName=batchmill-" + job.replace('/', '-'));
                    if (runner.arguments().stream().noneMatch(argument -> argument.startsWith(STAGED))) {
                        arguments.add(STAGED + String.join(",", shipped()));
                    }
                }
            }
            default -> arguments.add("--runner=" + runner.name());
        }
        arguments.addAll(runner.arguments());
        try {
            return PipelineOptionsFactory.fromArgs(arguments.toArray(String[]::new))
                    .create();
        } catch (IllegalArgumentException e) {
            if (e.getMessage().contains("Unknown 'runner' specified")) {
                throw new MissingPartException(
                        "the Beam runner '" + runner.name()
                                + "' is not on the class path; docs/ingest.md says how to add it",
                        e);
            }
            throw new UsageException("the runner's options are not understood: " + firstLine(e.getMessage()), e);
        }
    }

    /** The jars of this process but Flink's own, which a cluster has. */
    private static List<String> shipped() {
        return Arrays.stream(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator)))
                .map(Path::of)
                .filter(path -> Files.isDirectory(path) || isJar(path))
                .filter(path -> !path.getFileName().toString().startsWith("flink-"))
                .map(Path::toString)
                .toList();
    }

    private static boolean isJar(Path path) {
        return path.toString().endsWith(".jar") && Files.exists(path);
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse(message);
    }
}

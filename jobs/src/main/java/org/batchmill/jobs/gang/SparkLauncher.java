package org.batchmill.jobs.gang;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.OptionException;

/**
 * Has Spark start the ranks of a gang on its machines, by a process of its own that has Spark's jars and none of ours. Spark starts them
 * again where one was lost. What rank 0 prints is this process's; the others have a log each in the run folder as their machine sees it.
 * Runs once, on one thread; {@link #requestStop()} may come from any.
 */
public final class SparkLauncher {

    /** The system property that says where the jars of Spark are, as a class path. */
    public static final String CLASS_PATH = "batchmill.spark";

    /**
     * Of {@link GangLauncher#MARK}, a rank that ends at once, without a checkpoint, when its standard input does: its place may have been
     * given to another.
     */
    public static final String ENDS_AT_ONCE = "ends";

    private static final String MAIN = "org.batchmill.spark.SparkGang";
    private static final String LOG = "spark.log";
    private static final int GRACE_SECONDS = 15;

    /** What Spark opens of the JDK: its JavaModuleOptions. */
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar");

    private final List<String> command;
    private final Path run;
    private final GangOptions options;
    private final JobListener listener;
    private final Consumer<String> out;
    private final Consumer<String> errors;
    private Process spark;
    private boolean stopRequested;

    /**
     * @param command starts one rank; the run folder and {@code --ranks env} are in it
     * @param run     the run folder
     * @param out     takes what rank 0 prints
     * @param errors  takes what rank 0 says on standard error
     */
    public SparkLauncher(
            List<String> command,
            Path run,
            GangOptions options,
            JobListener listener,
            Consumer<String> out,
            Consumer<String> errors) {
        this.command = List.copyOf(command);
        this.run = run;
        this.options = options;
        this.listener = listener;
        this.out = out;
        this.errors = errors;
    }

    /**
     * Requires that the options make sense.
     *
     * @throws OptionException if they do not
     */
    public static void require(GangOptions options) {
        if (options.sparkMaster == null) {
            throw new OptionException("{ranks} spark needs {spark-master}, as in spark://host:7077");
        }
        if (options.sparkMaster.matches("(?s)local(\\[.*)?")) {
            throw new OptionException(
                    "{spark-master} {} runs everything in one process of this machine: {ranks} {} does that without Spark",
                    options.sparkMaster,
                    options.sparkRanks);
        }
        if (options.sparkRanks < 1 || options.sparkCores < 1) {
            throw new OptionException("{spark-ranks} and {spark-cores} are at least 1");
        }
        if (options.sparkConfig != null && !Files.isReadable(options.sparkConfig)) {
            throw new OptionException("{spark-config} {} cannot be read", options.sparkConfig);
        }
    }

    /**
     * Ends all ranks behind the same step, with a checkpoint. Thread-safe.
     *
     * @return true: there will be a checkpoint
     */
    public synchronized boolean requestStop() {
        stopRequested = true;
        if (spark != null) {
            StopLine.send(spark);
        }
        return true;
    }

    /**
     * Trains.
     *
     * @return the exit code of the ranks
     * @throws MissingPartException if Spark's jars are not here
     * @throws OptionException      if Spark does not take the settings
     * @throws IOException          if ranks were lost more often than may be, or Spark ends them
     */
    public int run() throws IOException, InterruptedException {
        Files.createDirectories(run);
        if (!start()) {
            return Endings.STOPPED;
        }
        String failure = null;
        String refusal = null;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(spark.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String text = line.substring(Math.min(1, line.length()));
                switch (line.isEmpty() ? ' ' : line.charAt(0)) {
                    case 'o' -> out.accept(text);
                    case 'e' -> errors.accept(text);
                    case 'l' -> listener.log(text);
                    case 'w' -> listener.warn(text);
                    case 'f' -> failure = text;
                    case 'u' -> refusal = text;
                    default -> errors.accept(line);
                }
            }
        } finally {
            spark.destroy();
        }
        int exitCode = spark.waitFor();
        if (refusal != null) {
            throw new OptionException("{spark-master}: {}", refusal);
        }
        if (failure != null) {
            throw new IOException(failure);
        }
        return exitCode;
    }

    /** False if there is nothing to start any more. */
    private synchronized boolean start() throws IOException {
        String classPath = System.getProperty(CLASS_PATH);
        if (classPath == null) {
            throw new MissingPartException("the jars of Spark are not here: ./batchmill train ... --ranks spark, in a"
                    + " checkout with Maven, fetches them");
        }
        if (stopRequested) {
            return false;
        }
        List<String> words = new ArrayList<>();
        if (File.separatorChar == '/') {
            // Ctrl-C reaches all processes of a terminal: Spark's would end their ranks before those have a checkpoint.
            words.addAll(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        }
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        OPENED.forEach(name -> words.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        words.addAll(List.of("-Dio.netty.tryReflectionSetAccessible=true", "-cp", classPath, MAIN));
        words.addAll(List.of(
                options.sparkMaster,
                Integer.toString(options.sparkRanks),
                Integer.toString(options.sparkCores),
                Integer.toString(options.maxRestarts),
                Integer.toString(options.rankTimeout + GRACE_SECONDS),
                Objects.toString(options.sparkConfig, ""),
                run.toString()));
        words.addAll(command);
        spark = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.appendTo(run.resolve(LOG).toFile()))
                .start();
        return true;
    }
}

package org.batchmill.jobs.gang;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.jobs.train.ScratchFolder;
import org.batchmill.train.checkpoint.CheckpointFolder;

/**
 * Starts the ranks of a gang as processes of this machine, and starts all of them again from the newest checkpoint where one was lost.
 * What rank 0 prints is this process's; the others have a log each. A rank that ends by itself because something is wrong says so on all
 * ranks, and is not tried again. Runs once, on one thread; {@link #requestStop()} may come from any.
 */
public final class GangLauncher {

    /** Tells a process that it was started by this class: its standard input says when it is to stop, and ends with this process. */
    public static final String MARK = "BATCHMILL_LAUNCHER";

    /** Beyond the time in which ranks notice that one is lost: to say so, and to end. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final List<String> command;
    private final Path run;
    private final GangOptions options;
    private int ranks;
    private final JobListener listener;
    private final Consumer<String> out;
    private boolean stopRequested;
    private Generation generation;

    /**
     * @param command starts one rank; the run folder and {@code --ranks env} are in it
     * @param run     the run folder
     * @param out     takes what rank 0 prints
     */
    public GangLauncher(
            List<String> command, Path run, GangOptions options, JobListener listener, Consumer<String> out) {
        this.command = List.copyOf(command);
        this.run = run;
        this.options = options;
        this.ranks = options.processes();
        this.listener = listener;
        this.out = out;
    }

    /**
     * Ends all ranks behind the same step, with a checkpoint. Thread-safe.
     *
     * @return true: there will be a checkpoint
     */
    public synchronized boolean requestStop() {
        stopRequested = true;
        if (generation != null) {
            generation.requestStop();
        }
        return true;
    }

    /**
     * Trains.
     *
     * @return the exit code of the ranks
     * @throws IOException if ranks were lost more often than may be, or cannot be started
     */
    public int run() throws IOException, InterruptedException {
        Files.createDirectories(run);
        try (ScratchFolder scratch = ScratchFolder.make()) {
            return run(scratch.folder());
        }
    }

    /** @param ports a folder of its own, in which a file for each generation tells where rank 0 listens */
    private int run(Path ports) throws IOException, InterruptedException {
        for (int restart = 0; ; restart++) {
            Generation current = start(ports, restart);
            if (current == null) {
                return Endings.STOPPED;
            }
            Endings ended = new Endings(current.await());
            int exitCode = ended.exitCode(isStopped());
            if (exitCode != Endings.AGAIN) {
                return exitCode;
            }
            String lost = ended.lost();
            if (restart == options.maxRestarts) {
                throw new IOException(lost + ", and a gang starts again at most " + options.maxRestarts
                        + " times (--max-restarts); the ranks' logs are in " + run);
            }
            int fewer = Math.max(options.processesAtLeast(), ranks - ended.countLost());
            listener.warn(lost + ": starting " + (fewer == ranks ? "all ranks" : fewer + " ranks") + " again from "
                    + beginning() + ", " + (restart + 1) + " of " + options.maxRestarts + " times");
            ranks = fewer;
        }
    }

    /** Null if there is nothing to start any more. */
    private synchronized Generation start(Path ports, int restart) throws IOException {
        if (stopRequested) {
            return null;
        }
        List<String> words = new ArrayList<>(command);
        if (restart > 0 && !checkpoints().isEmpty() && !words.contains("--resume")) {
            words.add("--resume");
        }
        Duration patience = Duration.ofSeconds(options.rankTimeout).plus(GRACE);
        generation = Generation.start(words, ranks, run, patience, ports.resolve("port-" + restart), out);
        return generation;
    }

    private List<Path> checkpoints() throws IOException {
        return new CheckpointFolder(run.resolve("checkpoints"), 1).list();
    }

    private String beginning() throws IOException {
        List<Path> checkpoints = checkpoints();
        return checkpoints.isEmpty()
                ? "the beginning"
                : checkpoints.get(0).getFileName().toString();
    }

    private synchronized boolean isStopped() {
        return stopRequested;
    }
}

package org.batchmill.jobs.gang;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.GangOptions;
import org.batchmill.train.checkpoint.CheckpointFolder;

/**
 * Starts the ranks of a gang as processes of this machine, and starts all of them again from the newest checkpoint where one was lost.
 * What rank 0 prints is this process's; the others have a log each. A rank that ends by itself because something is wrong says so on all
 * ranks, and is not tried again. Runs once, on one thread; {@link #requestStop()} may come from any.
 */
public final class GangLauncher {

    /** Tells a process that it was started by this class: its standard input says when it is to stop, and ends with this process. */
    public static final String MARK = "BATCHMILL_LAUNCHER";

    /** What a process says that lost another: docs/cli.md. */
    public static final int LOST = 5;

    private static final int STOPPED = 4;
    private static final int LARGEST_OF_OURS = 3;
    private static final String HOST = "127.0.0.1";

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
        for (int restart = 0; ; restart++) {
            Generation current = start(restart > 0);
            if (current == null) {
                return STOPPED;
            }
            List<Rank> ended = current.await();
            int said = said(ended);
            if (said >= 0) {
                return said;
            }
            String lost = lost(ended);
            if (restart == options.maxRestarts) {
                throw new IOException(lost + ", and a gang starts again at most " + options.maxRestarts
                        + " times (--max-restarts); the ranks' logs are in " + run);
            }
            int fewer = Math.max(options.processesAtLeast(), ranks - countLost(ended));
            listener.warn(lost + ": starting " + (fewer == ranks ? "all ranks" : fewer + " ranks") + " again from "
                    + beginning() + ", " + (restart + 1) + " of " + options.maxRestarts + " times");
            ranks = fewer;
        }
    }

    /** Null if there is nothing to start any more. */
    private synchronized Generation start(boolean again) throws IOException {
        if (stopRequested) {
            return null;
        }
        List<String> words = new ArrayList<>(command);
        if (again && !checkpoints().isEmpty() && !words.contains("--resume")) {
            words.add("--resume");
        }
        generation = Generation.start(words, ranks, run, options.rankTimeout, HOST, freePort(), out);
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

    /** Somebody may take it before rank 0 does: then that generation ends, and the next one has another. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The exit code of ranks that came to an end of their own; -1 if some were lost. */
    private int said(List<Rank> ended) {
        for (Rank rank : ended) {
            if (rank.exitCode() >= 1 && rank.exitCode() <= LARGEST_OF_OURS) {
                return rank.exitCode();
            }
        }
        boolean inOrder = ended.stream().allMatch(rank -> rank.exitCode() == 0 || rank.exitCode() == STOPPED);
        return inOrder || isStopped() ? ended.get(0).exitCode() : -1;
    }

    private synchronized boolean isStopped() {
        return stopRequested;
    }

    /** How many ranks were lost, rather than having lost others. */
    private static int countLost(List<Rank> ended) {
        return (int) ended.stream()
                .filter(rank -> rank.killed() || (rank.exitCode() != LOST && rank.exitCode() != 0))
                .count();
    }

    private static String lost(List<Rank> ended) {
        for (Rank rank : ended) {
            if (rank.killed()) {
                return "rank " + rank.number() + " did not answer";
            }
        }
        for (Rank rank : ended) {
            if (rank.exitCode() > 128) {
                return "rank " + rank.number() + " was ended by signal " + (rank.exitCode() - 128);
            }
        }
        for (Rank rank : ended) {
            if (rank.exitCode() != LOST && rank.exitCode() != 0) {
                return "rank " + rank.number() + " ended with exit code " + rank.exitCode();
            }
        }
        return "the ranks lost each other";
    }
}

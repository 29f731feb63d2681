package org.batchmill.jobs.gang;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.batchmill.jobs.train.PortFile;
import org.batchmill.queues.threads.WorkerThread;

/** The processes of a gang from its start to its end. */
final class Generation {

    private static final String HOST = "127.0.0.1";

    /** What Gloo prints for each rank, on standard output. */
    private static final String NOISE = "[Gloo] Rank ";

    private final List<Process> ranks = new ArrayList<>();
    private final Duration patience;
    private WorkerThread printing;

    private Generation(Duration patience) {
        this.patience = patience;
    }

    /**
     * Starts them.
     *
     * @param patience how long they have to end once one has ended badly
     * @param portFile where rank 0 says at which port it listens; not there yet
     * @param out      takes what rank 0 prints
     */
    static Generation start(
            List<String> command, int size, Path run, Duration patience, Path portFile, Consumer<String> out)
            throws IOException {
        Generation generation = new Generation(patience);
        try {
            for (int rank = 0; rank < size; rank++) {
                ProcessBuilder builder = new ProcessBuilder(command);
                builder.environment()
                        .putAll(Map.of(
                                "RANK",
                                Integer.toString(rank),
                                "LOCAL_RANK",
                                Integer.toString(rank),
                                "WORLD_SIZE",
                                Integer.toString(size),
                                "MASTER_ADDR",
                                HOST,
                                "MASTER_PORT",
                                "0",
                                PortFile.VARIABLE,
                                portFile.toString(),
                                GangLauncher.MARK,
                                "yes"));
                if (rank == 0) {
                    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
                } else {
                    Path log = run.resolve("rank-" + rank + ".log");
                    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
                }
                generation.ranks.add(builder.start());
            }
        } catch (IOException e) {
            generation.ranks.forEach(Process::destroyForcibly);
            throw e;
        }
        generation.print(out);
        return generation;
    }

    private void print(Consumer<String> out) {
        Process first = ranks.get(0);
        printing = WorkerThread.start(
                "rank-0-out",
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            if (!line.startsWith(NOISE)) {
                                out.accept(line);
                            }
                        }
                    }
                },
                failure -> {});
    }

    /** Ends all behind the same step. */
    void requestStop() {
        ranks.forEach(StopLine::send);
    }

    /** Waits until all have ended; once one has ended badly, the others have a limited time. */
    List<EndedRank> await() throws InterruptedException {
        boolean[] killed = new boolean[ranks.size()];
        // Made once: each would be a thread of its own on a machine of two cores.
        List<CompletableFuture<Process>> ends =
                ranks.stream().map(Process::onExit).toList();
        long end = 0;
        boolean waits = true;
        try {
            while (!ends.stream().allMatch(CompletableFuture::isDone)) {
                boolean bad = ranks.stream().anyMatch(rank -> !rank.isAlive() && rank.exitValue() != 0);
                if (bad && end == 0) {
                    end = System.nanoTime() + patience.toNanos();
                }
                if (!anyEnds(ends, end == 0 || !waits ? Long.MAX_VALUE : end - System.nanoTime())) {
                    kill(killed);
                    // Nothing is left to do but to see them end, however long that takes the machine.
                    waits = false;
                }
            }
            printing.join();
        } finally {
            ranks.forEach(Process::destroyForcibly);
        }
        List<EndedRank> all = new ArrayList<>();
        for (int rank = 0; rank < ranks.size(); rank++) {
            all.add(new EndedRank(rank, ranks.get(rank).exitValue(), killed[rank]));
        }
        return all;
    }

    /** Waits for one more to end, at most so long; whether one did. */
    private static boolean anyEnds(List<CompletableFuture<Process>> ends, long nanos) throws InterruptedException {
        CompletableFuture<?>[] open = ends.stream().filter(end -> !end.isDone()).toArray(CompletableFuture<?>[]::new);
        if (open.length == 0) {
            return true;
        }
        try {
            CompletableFuture.anyOf(open).get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a process cannot be waited for", e);
        }
    }

    private void kill(boolean[] killed) {
        for (int rank = 0; rank < killed.length; rank++) {
            if (ranks.get(rank).isAlive() && !killed[rank]) {
                killed[rank] = true;
                ranks.get(rank).destroyForcibly();
            }
        }
    }
}

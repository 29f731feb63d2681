package org.batchmill.spark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.batchmill.jobs.gang.GangLauncher;
import org.batchmill.jobs.gang.SparkLauncher;
import org.batchmill.jobs.gang.StopLine;
import org.batchmill.jobs.train.PortFile;
import org.batchmill.queues.threads.WorkerThread;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * Starts one rank beside Spark's executor and waits for its end; a native that fails ends that process, not the executor. The rank ends
 * with its task: when that is killed, when the executor dies, and when who started the gang is gone.
 */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<Integer>> implements Serializable {

    private static final long serialVersionUID = 1;

    private static final int MISSING_PART = 3;
    private static final int LOOK_EVERY_MILLIS = 20;

    private final GangRequest request;

    RankTask(GangRequest request) {
        this.request = request;
    }

    @Override
    public Iterator<Integer> apply(Iterator<Integer> none) {
        try {
            return CollectionConverters.asScala(List.of(run()).iterator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the task was ended", e);
        }
    }

    private int run() throws IOException, InterruptedException {
        BarrierTaskContext context = BarrierTaskContext.get();
        int rank = context.partitionId();
        try (Line line = new Line(new Socket(request.host(), request.port()))) {
            line.greet(request.secret(), context.stageAttemptNumber(), rank);
            CompletableFuture<Boolean> again = new CompletableFuture<>();
            Started started = new Started();
            WorkerThread.start("signs", () -> heed(line, started, again), again::completeExceptionally);
            int code;
            if (rank == 0) {
                code = first(context, line, started);
            } else {
                String told = context.allGather("")[0];
                code = told.isEmpty() ? 0 : other(context, line, told, started);
            }
            line.send(Line.ENDED, code);
            if (again.get()) {
                throw new IllegalStateException("a rank was lost");
            }
            return code;
        } catch (ExecutionException e) {
            throw new IOException("who started the gang is gone", e);
        }
    }

    /** Rank 0, which says where it listens; the others hear nothing if it ended before. */
    private int first(BarrierTaskContext context, Line line, Started started) throws IOException, InterruptedException {
        boolean resume = hasCheckpoint();
        Path folder = Files.createTempDirectory("batchmill-rank");
        Path portFile = folder.resolve("port");
        Process process = null;
        try {
            process = start(context, line, resume, Map.of("MASTER_PORT", "0", PortFile.VARIABLE, portFile.toString()));
            if (process == null) {
                context.allGather("");
                return MISSING_PART;
            }
            started.is(process);
            WorkerThread out = printing(process.getInputStream(), line, Line.OUT);
            WorkerThread errors = printing(process.getErrorStream(), line, Line.ERROR);
            while (!Files.exists(portFile) && !process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                // It starts.
            }
            boolean listens = Files.exists(portFile);
            context.allGather(listens ? Files.readString(portFile).strip() + " " + resume : "");
            int code = process.waitFor();
            out.join();
            errors.join();
            return code;
        } finally {
            end(process);
            Files.deleteIfExists(portFile);
            Files.deleteIfExists(folder);
        }
    }

    private int other(BarrierTaskContext context, Line line, String told, Started started)
            throws IOException, InterruptedException {
        String[] words = told.split(" ", -1);
        Process process = start(context, line, Boolean.parseBoolean(words[1]), Map.of("MASTER_PORT", words[0]));
        if (process == null) {
            return MISSING_PART;
        }
        try {
            started.is(process);
            return process.waitFor();
        } finally {
            end(process);
        }
    }

    private static void end(Process process) {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Does what is asked from the other end, until that is gone. */
    private static void heed(Line line, Started started, CompletableFuture<Boolean> again) {
        int sign = line.sign();
        while (sign != Line.GONE) {
            switch (sign) {
                case Line.STOP -> started.then(StopLine::send);
                case Line.KILL -> started.then(Process::destroyForcibly);
                default -> again.complete(sign == Line.AGAIN);
            }
            sign = line.sign();
        }
        started.then(Process::destroyForcibly);
        again.completeExceptionally(new IOException("the connection broke"));
    }

    /** The rank's process, to which things are done once there is one. Thread-safe. */
    private static final class Started {

        private final List<Consumer<Process>> wanted = new ArrayList<>();
        private Process process;

        synchronized void is(Process its) {
            process = its;
            wanted.forEach(action -> action.accept(its));
        }

        synchronized void then(Consumer<Process> action) {
            if (process == null) {
                wanted.add(action);
            } else {
                action.accept(process);
            }
        }
    }

    private boolean hasCheckpoint() throws IOException {
        Path checkpoints = Path.of(request.folder()).resolve(request.run()).resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.anyMatch(file -> file.toString().endsWith(".ckpt"));
        }
    }

    /** Null if it cannot be started here, which is said. */
    private Process start(BarrierTaskContext context, Line line, boolean resume, Map<String, String> more)
            throws IOException {
        int rank = context.partitionId();
        BarrierTaskInfo[] all = context.getTaskInfos();
        List<String> words = new ArrayList<>(request.command());
        // At the first attempt it is for the user to say.
        if (resume && context.stageAttemptNumber() > 0 && !words.contains("--resume")) {
            words.add("--resume");
        }
        ProcessBuilder builder = new ProcessBuilder(words).directory(new File(request.folder()));
        Map<String, String> environment = builder.environment();
        environment.putAll(request.environment());
        environment.put("RANK", Integer.toString(rank));
        environment.put("LOCAL_RANK", Integer.toString(local(all, rank)));
        environment.put("WORLD_SIZE", Integer.toString(all.length));
        environment.put("MASTER_ADDR", host(all[0]));
        environment.put(GangLauncher.MARK, SparkLauncher.ENDS_AT_ONCE);
        environment.putAll(more);
        try {
            if (rank > 0) {
                Path run = Path.of(request.folder()).resolve(request.run());
                Files.createDirectories(run);
                builder.redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                run.resolve("rank-" + rank + ".log").toFile()));
            }
            return builder.start();
        } catch (IOException e) {
            line.send(
                    Line.ERROR,
                    "batchmill: rank " + rank + " cannot be started on " + host(all[rank]) + ": " + e.getMessage());
            return null;
        }
    }

    /** The name of an executor's machine, without the port. */
    private static String host(BarrierTaskInfo task) {
        String address = task.address();
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** How many ranks before this one are on the same machine. */
    private static int local(BarrierTaskInfo[] all, int rank) {
        int local = 0;
        for (int other = 0; other < rank; other++) {
            local += host(all[other]).equals(host(all[rank])) ? 1 : 0;
        }
        return local;
    }

    private static WorkerThread printing(InputStream stream, Line line, int sign) {
        return WorkerThread.start(
                "rank-0-" + (char) sign,
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                            line.send(sign, text);
                        }
                    }
                },
                failure -> {});
    }
}

package org.batchmill.jobs.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.batches.served.ServedBatch;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.flight.FlightBatches;
import org.batchmill.jobs.JobListener;
import org.batchmill.testing.Await;

/** A server, or a consumer by Flight, in a JVM of its own, which can be killed. */
final class ServingProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("(?m)^ready (\\S+)$");
    private static final String SERVE = "serve";
    private static final String TAKE = "take";

    private final Process process;
    private final Path log;

    private ServingProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** A server of the images that {@link Serving#draw} made there. */
    static ServingProcess serve(Path folder, int port, int workers) throws Exception {
        return start(folder, SERVE, folder, "127.0.0.1:" + port, workers);
    }

    /** A consumer that takes batches from one stream until it holds the last of them, and says so. */
    static ServingProcess take(Path folder, String address, int batches) throws Exception {
        return start(folder, TAKE, address, batches);
    }

    private static ServingProcess start(Path folder, Object... words) throws Exception {
        Path log = Files.createTempFile(folder, "process", ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ServingProcess.class.getName()));
        for (Object word : words) {
            command.add(word.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ServingProcess started = new ServingProcess(process, log);
        Await.until("it is ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(log));
            }
            return READY.matcher(started.log()).find();
        });
        return started;
    }

    /** Where it answers. */
    String address() throws IOException {
        Matcher ready = READY.matcher(log());
        if (!ready.find()) {
            throw new AssertionError(log());
        }
        return ready.group(1);
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** By SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** By SIGTERM. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process itself. */
    public static void main(String[] words) throws Exception {
        if (words[0].equals(SERVE)) {
            Serving serving = new Serving(Path.of(words[1]));
            serving.options.flight = words[2];
            serving.input.workers = Integer.valueOf(words[3]);
            ServeJob job = new ServeJob(serving.data, serving.input, serving.options, new JobListener() {
                @Override
                public void log(String line) {
                    System.out.println(line.replaceFirst("^to other machines .* at (\\S+),.*", "ready $1"));
                }
            });
            Runtime.getRuntime().addShutdownHook(new Thread(job::requestStop));
            job.run();
        } else {
            ServedBatches batches =
                    FlightBatches.at(words[1]).batches().shared().connect();
            for (int i = 1; i < Integer.parseInt(words[2]); i++) {
                batches.next().close();
            }
            ServedBatch held = batches.next();
            System.out.println("ready " + held.number());
            Thread.currentThread().join();
        }
    }
}

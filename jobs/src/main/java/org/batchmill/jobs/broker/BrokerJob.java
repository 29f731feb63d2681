package org.batchmill.jobs.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.TopicException;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.OptionException;
import org.batchmill.records.storage.Storage;

/**
 * Runs a Kafka broker of one node (KRaft: its own controller) for trying out, on this machine alone: without a password, reachable by no
 * other. The broker's process ends with this one, also where this one is killed. Runs once, on one thread; {@link #requestStop()} may come from any.
 */
public final class BrokerJob {

    /** The system property that says where the jars of Kafka's broker are, as a class path. */
    public static final String CLASS_PATH = "batchmill.broker";

    private static final String HOST = "localhost";
    private static final int LARGEST_PORT = 65_535;
    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
    private static final int STOP_SECONDS = 3;

    private final BrokerOptions options;
    private final JobListener listener;
    private Process broker;
    private boolean stopRequested;

    /** @throws OptionException if an option makes no sense */
    public BrokerJob(BrokerOptions options, JobListener listener) {
        if (options.port < 1 || options.port >= LARGEST_PORT) {
            throw new OptionException("{port} is 1 to {}, not {}", LARGEST_PORT - 1, options.port);
        }
        this.options = options;
        this.listener = listener;
    }

    /** Ends the broker in order, and with it {@link #run}. Thread-safe. */
    public synchronized void requestStop() {
        stopRequested = true;
        if (broker != null) {
            broker.destroy();
        }
    }

    /**
     * Starts the broker, says where it answers, and returns when it has ended.
     *
     * @throws MissingPartException if its jars are not here
     * @throws OptionException      if the port is taken
     * @throws IOException          if it does not start, or ends by itself
     */
    public void run() throws IOException, InterruptedException {
        String classPath = System.getProperty(CLASS_PATH);
        if (classPath == null) {
            throw new MissingPartException(
                    "the jars of Kafka's broker are not here: ./batchmill broker, in a checkout with Maven,"
                            + " fetches them");
        }
        Path folder = options.folder.toAbsolutePath();
        if (folder.toString().contains(",")) {
            throw new OptionException("{folder} {} has a comma in it, which divides folders to Kafka", folder);
        }
        requireFree(options.port);
        requireFree(controllerPort());
        Files.createDirectories(folder);
        Path log = folder.resolve("broker.log");
        Path settings = folder.resolve("server.properties");
        Storage.write(settings, settings(folder).getBytes(StandardCharsets.US_ASCII));
        Storage.write(folder.resolve("logback.xml"), LOGGING.getBytes(StandardCharsets.UTF_8));
        if (!start(
                classPath,
                log,
                "kafka.tools.StorageTool",
                "format",
                "--ignore-formatted",
                "--cluster-id",
                CLUSTER,
                "--config",
                settings.toString())) {
            return;
        }
        if (broker.waitFor() != 0 && !stopRequested()) {
            throw new IOException(folder + ": the broker's storage was not made: see " + log);
        }
        if (!start(classPath, log, "kafka.Kafka", settings.toString())) {
            return;
        }
        try {
            awaitAnswer(log);
            listener.log("a Kafka broker answers at " + HOST + ":" + options.port + "; its messages are in "
                    + options.folder + "; Ctrl-C stops it");
            int code = broker.waitFor();
            if (!stopRequested()) {
                throw new IOException("the broker ended by itself, with exit code " + code + ": see " + log);
            }
        } finally {
            end();
        }
    }

    private int controllerPort() {
        return options.controllerPort == null ? options.port + 1 : options.controllerPort;
    }

    private synchronized boolean stopRequested() {
        return stopRequested;
    }

    /** Returns false if there is nothing to start any more. */
    private synchronized boolean start(String classPath, Path log, String main, String... arguments)
            throws IOException {
        if (stopRequested) {
            return false;
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + log.resolveSibling("logback.xml")));
        command.addAll(BrokerProcess.command(classPath, main));
        command.addAll(List.of(arguments));
        broker = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return true;
    }

    private void awaitAnswer(Path log) throws IOException, InterruptedException {
        KafkaCluster cluster = KafkaCluster.of(HOST + ":" + options.port, null);
        while (true) {
            try {
                cluster.requireBroker(FIRST_LOOK);
                return;
            } catch (TopicException e) {
                if (stopRequested()) {
                    return;
                }
                if (!broker.isAlive()) {
                    throw new IOException("the broker does not start: see " + log, e);
                }
            }
        }
    }

    private synchronized void end() throws InterruptedException {
        broker.destroy();
        if (!broker.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            broker.destroyForcibly();
        }
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new OptionException(
                    "port {} cannot be had ({}), another broker may have it: {port} and {controller-port} name others",
                    port,
                    e.getMessage());
        }
    }

    /** Any will do for a cluster that no other node joins. */
    private static final String CLUSTER = "batchmill-for-trying-o";

    private static final String LOGGING =
            """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger{30} - %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;

    /** As a file of properties has it, which Java reads in Latin-1. */
    private static String escaped(String value) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain = c >= ' ' && c < 0x7f && c != '\\';
            escaped.append(plain ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        return escaped.toString();
    }

    /** For one node: topics of its own without replicas, and groups that do not wait for members before they begin. */
    private String settings(Path folder) {
        return String.join(
                        "\n",
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@" + HOST + ":" + controllerPort(),
                        "listeners=PLAINTEXT://" + HOST + ":" + options.port + ",CONTROLLER://" + HOST + ":"
                                + controllerPort(),
                        "controller.listener.names=CONTROLLER",
                        "log.dirs=" + escaped(folder.resolve("data").toString()),
                        "message.max.bytes=8388608",
                        "offsets.topic.replication.factor=1",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "share.coordinator.state.topic.replication.factor=1",
                        "share.coordinator.state.topic.min.isr=1",
                        "group.initial.rebalance.delay.ms=0")
                + "\n";
    }
}

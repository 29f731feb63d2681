package org.batchmill.ingest.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;

/**
 * A Kafka broker of one node, in a JVM of its own with this one's class path, which must hold {@code kafka_2.13}. It can be stopped and
 * started again.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(5);

    private final Path folder;
    private final HeldPorts ports;
    private final int port;
    private final List<String> jvm;
    private final Path settings;
    private final int second;
    private Process process;

    private KafkaBroker(Path folder, HeldPorts ports, int port, int second, List<String> jvm, Path settings) {
        this.folder = folder;
        this.ports = ports;
        this.port = port;
        this.second = second;
        this.jvm = jvm;
        this.settings = settings;
    }

    public static KafkaBroker start(Path folder) throws IOException, InterruptedException {
        return start(folder, Map.of(), List.of());
    }

    /**
     * @param changed server properties beside or in place of the usual ones; <code>{first}</code>, <code>{second}</code> and <code>{controller}</code> in a
     *                value stand for addresses on this machine
     * @param jvm     further options of its JVM
     */
    public static KafkaBroker start(Path folder, Map<String, String> changed, List<String> jvm)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        HeldPorts ports = new HeldPorts();
        int port = ports.take();
        int controller = ports.take();
        int second = ports.take();
        Map<String, String> properties = new TreeMap<>(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@localhost:" + controller,
                "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controller,
                "controller.listener.names", "CONTROLLER",
                "log.dirs", folder.resolve("data").toString(),
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1"));
        properties.putAll(Map.of(
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                // What a killed member has begun is ended a second after its time, not ten.
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "log.retention.check.interval.ms", "1000",
                "log.initial.task.delay.ms", "500"));
        changed.forEach((key, value) -> properties.put(
                key,
                value.replace("{second}", "localhost:" + second)
                        .replace("{first}", "localhost:" + port)
                        .replace("{controller}", "localhost:" + controller)));
        Path settings = folder.resolve("server.properties");
        List<String> lines = new ArrayList<>();
        properties.forEach((key, value) -> lines.add(key + "=" + value.replace("\\", "\\\\")));
        Files.write(settings, lines);
        KafkaBroker broker = new KafkaBroker(folder, ports, port, second, jvm, settings);
        boolean started = false;
        try {
            broker.process = broker.java(
                    "kafka.tools.StorageTool",
                    List.of("format", "-t", Uuid.randomUuid().toString(), "-c", settings.toString()));
            if (broker.process.waitFor() != 0) {
                throw new IOException("the broker's storage was not formatted: " + Files.readString(broker.log()));
            }
            broker.startAgain();
            started = true;
            return broker;
        } finally {
            if (!started) {
                broker.close();
            }
        }
    }

    private Process java(String main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return folder.resolve("broker.log");
    }

    public String bootstrap() {
        return "localhost:" + port;
    }

    /** The address of the second listener, if the settings have one. */
    public String secondBootstrap() {
        return "localhost:" + second;
    }

    public Admin admin() {
        return Admin.create(new HashMap<>(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap())));
    }

    /** Starts it, and waits until it answers. */
    public void startAgain() throws IOException, InterruptedException {
        process = java("kafka.Kafka", List.of(settings.toString()));
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        try (Admin admin = admin()) {
            while (true) {
                try {
                    admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                        throw new IOException("the broker does not start: " + Files.readString(log()), e);
                    }
                }
            }
        }
    }

    /** Ends it in order, as an administrator would. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    public void makeTopic(String topic, int partitions) throws Exception {
        makeTopic(topic, partitions, Map.of());
    }

    /** Returns once clients that ask can see it: a broker says that a topic is made before it has heard of it itself. */
    public void makeTopic(String topic, int partitions, Map<String, String> settings) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
            Await.until("the topic " + topic + " has leaders", () -> hasLeaders(admin, topic, partitions));
        }
    }

    private static boolean hasLeaders(Admin admin, String topic, int partitions) throws Exception {
        try {
            List<TopicPartitionInfo> known = admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get()
                    .partitions();
            return known.size() == partitions && known.stream().allMatch(partition -> partition.leader() != null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
        ports.close();
    }
}

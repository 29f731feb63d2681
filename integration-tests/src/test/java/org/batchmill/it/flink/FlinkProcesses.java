package org.batchmill.it.flink;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;

/**
 * A Flink cluster of processes on this machine: a job manager and task managers of two slots each, started as Flink's own scripts start them and
 * with nothing on their class path but Flink, so that what a job needs it must bring. For one thread.
 */
final class FlinkProcesses implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    /** Where the build of testkit/flink puts Flink's jars. */
    private static final Path JARS = Path.of("").toAbsolutePath().getParent().resolve("testkit/flink/target/flink");

    /** What docs/ingest.md asks for. */
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED");

    private static final String LOGGING =
            """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
              </appender>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;

    private final Path folder;
    private final Map<String, String> environment;
    private final HeldPorts ports = new HeldPorts();
    private final int rest;
    private final List<Process> taskManagers = new ArrayList<>();
    private Process jobManager;

    private FlinkProcesses(Path folder, Map<String, String> environment) throws IOException {
        this.folder = folder;
        this.environment = environment;
        this.rest = ports.take();
    }

    /**
     * Starts one, and waits until the task managers have offered their slots.
     *
     * @param folder      for its settings, logs and temporary files
     * @param environment what its machines have more than this one has
     */
    static FlinkProcesses start(Path folder, int taskManagers, Map<String, String> environment) throws Exception {
        if (!Files.isDirectory(JARS)) {
            throw new IOException(JARS + " is not there: mvn generate-resources -pl testkit/flink makes it");
        }
        FlinkProcesses cluster = new FlinkProcesses(folder, environment);
        try {
            Files.createDirectories(folder.resolve("tmp"));
            Files.write(folder.resolve("flink-conf.yaml"), cluster.settings());
            Files.writeString(folder.resolve("logback.xml"), LOGGING);
            cluster.jobManager = cluster.java(
                    "jobmanager", "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
            for (int number = 0; number < taskManagers; number++) {
                cluster.taskManagers.add(cluster.java(
                        "taskmanager-" + number, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"));
            }
            Await.until("the cluster has its task managers", () -> cluster.has(taskManagers));
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    private List<String> settings() throws IOException {
        return List.of(
                "jobmanager.rpc.address: " + LOOPBACK,
                "jobmanager.rpc.port: " + ports.take(),
                "jobmanager.bind-host: " + LOOPBACK,
                "taskmanager.host: " + LOOPBACK,
                "taskmanager.bind-host: " + LOOPBACK,
                "rest.address: " + LOOPBACK,
                "rest.bind-address: " + LOOPBACK,
                "rest.port: " + rest,
                "taskmanager.numberOfTaskSlots: 2",
                "cluster.evenly-spread-out-slots: true",
                // The scripts would work these out from the machine's memory.
                "taskmanager.cpu.cores: 2.0",
                "taskmanager.memory.task.heap.size: 256m",
                "taskmanager.memory.task.off-heap.size: 128m",
                "taskmanager.memory.framework.heap.size: 128m",
                "taskmanager.memory.framework.off-heap.size: 64m",
                "taskmanager.memory.network.min: 32m",
                "taskmanager.memory.network.max: 32m",
                "taskmanager.memory.managed.size: 64m",
                "taskmanager.memory.jvm-metaspace.size: 192m",
                "taskmanager.memory.jvm-overhead.min: 64m",
                "taskmanager.memory.jvm-overhead.max: 64m",
                // A task manager that is lost is missed within seconds, not within a minute.
                "heartbeat.interval: 500",
                "heartbeat.timeout: 30000",
                "io.tmp.dirs: " + folder.resolve("tmp"),
                "env.java.opts.all: " + String.join(" ", OPENS));
    }

    private Process java(String name, String main) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + folder.resolve("logback.xml")));
        command.addAll(OPENS);
        command.addAll(List.of("-cp", JARS + "/*", main, "--configDir", folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile()) // what a job says of places must hold here too
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    private boolean has(int wanted) throws IOException {
        if (!jobManager.isAlive() || !taskManagers.stream().allMatch(Process::isAlive)) {
            throw new IOException("the cluster does not start: " + logs());
        }
        try {
            return get("/overview").contains("\"taskmanagers\":" + wanted + ",");
        } catch (IOException e) {
            return false; // it does not listen yet
        }
    }

    /** What its REST API answers. */
    String get(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + master() + path).toURL().openConnection();
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(60_000);
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Where jobs are sent. */
    String master() {
        return LOOPBACK + ":" + rest;
    }

    /** Stops a task manager where it is (SIGSTOP), so that its work stays unfinished until it is killed. */
    void pause(int taskManager) throws IOException, InterruptedException {
        new ProcessBuilder(
                        "kill",
                        "-STOP",
                        Long.toString(taskManagers.get(taskManager).pid()))
                .start()
                .waitFor();
    }

    /** Kills a task manager (SIGKILL). */
    void kill(int taskManager) throws InterruptedException {
        taskManagers.get(taskManager).destroyForcibly().waitFor();
    }

    /** What all its processes logged. */
    String logs() throws IOException {
        StringBuilder all = new StringBuilder(Files.readString(log("jobmanager")));
        for (int number = 0; number < taskManagers.size(); number++) {
            all.append(Files.readString(log("taskmanager-" + number)));
        }
        return all.toString();
    }

    @Override
    public void close() {
        List<Process> all = new ArrayList<>(taskManagers);
        if (jobManager != null) {
            all.add(jobManager);
        }
        all.forEach(Process::destroyForcibly);
        all.forEach(process -> process.onExit().join());
        ports.close();
    }
}

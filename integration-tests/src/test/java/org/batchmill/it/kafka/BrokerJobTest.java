package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.batchmill.it.Command;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.broker.BrokerJob;
import org.batchmill.jobs.broker.BrokerOptions;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker for trying out: here its jars are on the class path of the tests. */
@Tag("concurrent")
class BrokerJobTest {

    @TempDir
    Path folder;

    private final HeldPorts ports = new HeldPorts();
    private final BrokerOptions options = new BrokerOptions();

    @BeforeEach
    void nameTheJarsAndPlaces() throws IOException {
        System.setProperty(BrokerJob.CLASS_PATH, System.getProperty("java.class.path"));
        options.port = ports.take();
        options.controllerPort = ports.take();
        options.folder = folder.resolve("broker");
    }

    @AfterEach
    void forgetTheJars() {
        System.clearProperty(BrokerJob.CLASS_PATH);
        ports.close();
    }

    @Tag("long")
    @Test
    void shouldKeepWhatWasSentWhenItIsStartedAgain() throws Exception {
        // Java reads files of properties in Latin-1.
        options.folder = folder.resolve("\u00dcbung f\u00fcr alle");
        whileRunning(this::produce);
        assertThat(options.folder.resolve("data")).isDirectory();
        whileRunning(this::train);
    }

    /** SIGKILL: nothing of ours runs any more, and still the broker's process ends, gives its ports back, and has lost nothing. */
    @Test
    void shouldEndTheBrokerWhereItsStarterIsKilledAndKeepWhatWasSent() throws Exception {
        ProcessHandle broker;
        try (TrainerProcess starter = TrainerProcess.start(
                folder.resolve("starter.log"),
                List.of("-D" + BrokerJob.CLASS_PATH + "=" + System.getProperty("java.class.path")),
                "broker",
                "--port",
                options.port,
                "--controller-port",
                options.controllerPort,
                "--folder",
                options.folder)) {
            Await.until(
                    "the broker answers",
                    () -> starter.hasCome(() -> starter.log().contains("answers at")));
            produce();
            broker = starter.children().findFirst().orElseThrow();
            assertThat(broker.isAlive()).isTrue();
            assertThat(starter.killAfter(0)).isTrue();
        }
        Await.until("the broker has ended", () -> !broker.isAlive());
        whileRunning(this::train);
    }

    private void produce() {
        Command.done(
                "produce",
                "sample:digits",
                "--topic",
                "d",
                "--count",
                64,
                "--partitions",
                1,
                "--bootstrap",
                "localhost:" + options.port);
    }

    private void train() {
        Command.done(
                "train",
                "digits",
                "--data",
                "kafka:d",
                "--bootstrap",
                "localhost:" + options.port,
                "--run",
                folder.resolve("run"),
                "--classes",
                "0,1,2,3,4,5,6,7,8,9",
                "--model",
                "digits-softmax",
                "--batch",
                32,
                "--steps",
                2);
    }

    private void whileRunning(Runnable work) throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        BrokerJob job = new BrokerJob(options, new JobListener() {
            @Override
            public void log(String line) {
                said.add(line);
            }
        });
        FutureTask<Void> running = new FutureTask<>(() -> {
            job.run();
            return null;
        });
        new Thread(running, "broker-job").start();
        Await.until("an answer", () -> running.isDone() || !said.isEmpty());
        try {
            if (!running.isDone()) {
                assertThat(said).singleElement().asString().contains("localhost:" + options.port);
                work.run();
            }
        } finally {
            job.requestStop();
            running.get();
        }
    }

    @Test
    void shouldNameAPortThatIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Command broker = Command.run("broker", "--port", other.getLocalPort(), "--folder", folder);
            assertThat(broker.exitCode()).isEqualTo(2);
            assertThat(broker.errors())
                    .singleElement()
                    .asString()
                    .contains("port " + other.getLocalPort() + " cannot be had", "--port");
        }
    }

    @Test
    void shouldRefuseAFolderThatWouldBeTwoToKafka() {
        Command broker = Command.run("broker", "--folder", folder.resolve("a,b"));
        assertThat(broker.exitCode()).isEqualTo(2);
        assertThat(broker.errors()).singleElement().asString().contains("--folder", "a,b has a comma");
    }

    @Test
    void shouldSayWhereItsJarsComeFrom() {
        System.clearProperty(BrokerJob.CLASS_PATH);
        Command broker = Command.run("broker", "--folder", folder);
        assertThat(broker.exitCode()).isEqualTo(3);
        assertThat(broker.errors()).singleElement().asString().contains("./batchmill broker");
    }
}

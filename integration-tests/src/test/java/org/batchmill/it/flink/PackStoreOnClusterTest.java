package org.batchmill.it.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.it.Command;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.it.store.SpoiltStore;
import org.batchmill.testing.Await;
import org.batchmill.testing.Fault;
import org.batchmill.testing.FaultyProxy;
import org.batchmill.testing.S3Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command packs from S3 to S3 on a Flink cluster of a job manager and task managers: one of two slots in each build, two where one is lost.
 * They know of the store what stands in their environment, and have nothing else in common with whoever starts the job.
 */
@Timeout(1800)
@Tag("concurrent")
class PackStoreOnClusterTest {

    @TempDir
    private Path folder;

    private SpoiltStore store;
    private FlinkProcesses cluster;
    private PackingOnCluster packing;

    @BeforeEach
    void startStore() throws Exception {
        store = SpoiltStore.open();
    }

    private Map<String, String> environment() {
        return S3Server.environment(store.proxy().endpoint());
    }

    /** @param environment of the task managers; the command knows the store whatever they know */
    private void startCluster(int taskManagers, Map<String, String> environment) throws Exception {
        cluster = FlinkProcesses.start(Files.createDirectory(folder.resolve("cluster")), taskManagers, environment);
        packing = new PackingOnCluster(cluster, folder, environment());
    }

    @AfterEach
    void stop() {
        if (cluster != null) {
            cluster.close();
        }
        store.close();
    }

    /** The bytes of all shards that lie in the store, by name. */
    private Map<String, Integer> shards(String out) throws Exception {
        Map<String, Integer> all = new TreeMap<>();
        for (String key : store.objects(out)) {
            if (key.endsWith(".tfrecord")) {
                all.put(key.substring(out.length()), Arrays.hashCode(store.object(key)));
            }
        }
        return all;
    }

    @Test
    void shouldPackFromAStoreToAStoreTheSameBytesAsOnThisMachine() throws Exception {
        startCluster(1, environment());
        drawAndPackHere(40);
        try (TrainerProcess command = packing.start("good", words(store.uri("voc"), store.uri("packed/d")))) {
            packing.end(command);
        }
        assertThat(shards("packed/")).hasSize(6).isEqualTo(PackingOnCluster.shards(folder.resolve("direct")));
        assertThat(store.objects("packed/")).noneMatch(key -> key.contains("journal"));
        assertThat(store.proxy().requests().stream()
                        .filter(request -> request.method().equals("PUT"))
                        .map(FaultyProxy.Request::target)
                        .filter(target -> target.contains("/packed/d-")))
                .last()
                .asString()
                .endsWith("/packed/d-dataset.json");
    }

    /** Images that lie in the store as {@code voc}, packed on this machine as {@code direct/d}. */
    private void drawAndPackHere(int images) throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), images);
        Command.done(images(voc, folder.resolve("direct/d")));
        store.upload(voc, "voc");
    }

    private static Object[] words(Object data, Object out) {
        return new Object[] {"images", data, "--split", "lists", "--shards", 3, "--out", out};
    }

    private static Object[] images(Object data, Object out) {
        return Stream.concat(Stream.of("pack"), Arrays.stream(words(data, out))).toArray();
    }

    /** One of two machines is lost while images are checked. */
    @Tag("long")
    @Test
    void shouldPackTheSameBytesWhenATaskManagerIsKilled() throws Exception {
        startCluster(2, environment());
        drawAndPackHere(400);
        store.proxy().delay(Duration.ofMillis(20));
        try (TrainerProcess command = packing.start("killed", words(store.uri("voc"), store.uri("packed/d")))) {
            packing.killOne(
                    command, () -> !store.objects("packed/.d-journal/checked-").isEmpty(), "(?s).*[1-9]\\d* checked.*");
            packing.end(command);
        }
        assertThat(shards("packed/")).hasSize(6).isEqualTo(PackingOnCluster.shards(folder.resolve("direct")));
    }

    /** One of two machines is lost while both send shards: what was sent of them is none. */
    @Tag("long")
    @Test
    void shouldPackTheSameBytesWhenATaskManagerIsKilledWhileItSendsAShard() throws Exception {
        startCluster(2, environment());
        drawAndPackHere(80);
        AtomicInteger held = new AtomicInteger();
        store.proxy().answerWith(request -> {
            if (request.method().equals("PUT") && request.target().matches(".*/packed/d-[^/]*\\.tfrecord")) {
                held.incrementAndGet();
                return new Fault.Held(1000);
            }
            return new Fault.None();
        });
        try (TrainerProcess command = packing.start("killed", words(store.uri("voc"), store.uri("packed/d")))) {
            Await.until("both send a shard", () -> command.hasCome(() -> held.get() >= 2));
            Await.until(
                    "progress is shown",
                    () -> command.hasCome(() -> command.log().contains("80 checked")));
            assertThat(store.objects("packed/d-")).noneMatch(key -> key.endsWith(".tfrecord"));
            store.proxy().answerWith(request -> new Fault.None());
            cluster.kill(0);
            packing.end(command);
            assertThat(command.log()).contains("the job is sent to the cluster again");
        }
        assertThat(shards("packed/")).hasSize(6).isEqualTo(PackingOnCluster.shards(folder.resolve("direct")));
    }

    /** Credentials are those of each machine: none come with the job. */
    @Tag("long")
    @Test
    void shouldSayInALineThatTaskManagersHaveNoCredentials() throws Exception {
        Map<String, String> without = environment();
        without.keySet().removeIf(name -> name.contains("ACCESS_KEY"));
        without.put("AWS_EC2_METADATA_DISABLED", "true"); // no machine's role is asked for
        startCluster(1, without);
        store.upload(DrawnDataSet.voc(folder.resolve("voc"), 20), "voc");
        try (TrainerProcess command = packing.start("without", words(store.uri("voc"), store.uri("packed/d")))) {
            assertThat(command.await()).as(command.log()).isEqualTo(1);
            assertThat(PackingOnCluster.errors(command))
                    .singleElement()
                    .asString()
                    .contains(store.uri("packed/.d-journal"))
                    .containsIgnoringCase("credentials")
                    .doesNotContain("hunter2");
        }
    }
}

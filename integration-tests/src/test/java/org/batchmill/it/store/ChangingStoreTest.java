package org.batchmill.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.it.Command;
import org.batchmill.testing.Fault;
import org.batchmill.testing.FaultyProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects of S3 that go, change and come while commands read them. Each test has data of its own: what was read of other is in memory. */
@Timeout(900)
@Tag("concurrent")
class ChangingStoreTest {

    private static final int IMAGES = 12;

    @TempDir
    private static Path folder;

    private static SpoiltStore store;
    private static Path images;
    private static String victim;
    private static int uploads;

    @BeforeAll
    static void startServer() throws Exception {
        store = SpoiltStore.open();
        images = DrawnDataSet.classes(folder.resolve("images"), IMAGES);
        Files.writeString(folder.resolve("network.yaml"), PathsInAStoreTest.NETWORK);
        try (var all = Files.walk(images)) {
            victim = images.relativize(all.filter(Files::isRegularFile)
                            .sorted()
                            .skip(IMAGES / 2)
                            .findFirst()
                            .orElseThrow())
                    .toString();
        }
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @AfterEach
    void behave() {
        store.proxy().answerWith(request -> new Fault.None());
    }

    /** What happens to the store in the middle of a command. */
    @FunctionalInterface
    private interface Change {
        void happen() throws IOException, InterruptedException;
    }

    /** Before the first request of a kind is handed on. */
    private static void before(Predicate<FaultyProxy.Request> kind, Change change) {
        AtomicBoolean happened = new AtomicBoolean();
        store.proxy().answerWith(request -> {
            if (kind.test(request) && !happened.getAndSet(true)) {
                try {
                    change.happen();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return new Fault.None();
        });
    }

    private static Predicate<FaultyProxy.Request> reading(String key) {
        return request -> request.method().equals("GET")
                && request.range() != null
                && request.target().contains(key);
    }

    private static Predicate<FaultyProxy.Request> asking(String key) {
        return request -> request.method().equals("HEAD") && request.target().contains(key);
    }

    private static String upload() throws Exception {
        String key = "images" + uploads++;
        store.upload(images, key);
        return key;
    }

    private static Command check(String key, Object... more) {
        return command(new Object[] {"check", store.uri(key)}, more);
    }

    private static Command pack(String key, Object... more) {
        return command(
                new Object[] {"pack", "images", store.uri(key), "--shards", 1, "--out", folder + "/" + key + "/p"},
                more);
    }

    private static Command train(String key, Object... more) {
        return command(
                new Object[] {
                    "train",
                    "classify",
                    "--data",
                    store.uri(key),
                    "--model",
                    folder.resolve("network.yaml"),
                    "--batch",
                    4,
                    "--steps",
                    6,
                    "--run",
                    folder.resolve("run-" + key)
                },
                more);
    }

    private static Command command(Object[] words, Object... more) {
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Command.run(all);
    }

    private static void endsInOneLine(Command said, String uri) {
        assertThat(said.exitCode()).as(said.out() + said.err()).isEqualTo(1);
        assertThat(said.errors()).as(said.err()).singleElement().asString().startsWith("batchmill: " + uri);
    }

    private static void loseTheVictim(String key) {
        before(reading(victim), () -> store.delete(key + "/" + victim));
    }

    @Test
    void shouldNameAnImageThatVanishesBeforeItIsRead() throws Exception {
        String packed = upload();
        loseTheVictim(packed);
        endsInOneLine(pack(packed), store.uri(packed + "/" + victim));
        String trained = upload();
        loseTheVictim(trained);
        endsInOneLine(train(trained), store.uri(trained + "/" + victim));
        String checked = upload();
        loseTheVictim(checked);
        Command found = check(checked);
        assertThat(found.out()).contains(victim);
        assertThat(found.errors()).isEmpty();
    }

    @Test
    void shouldLeaveOutAnImageThatVanishesWhereThatIsAskedFor() throws Exception {
        String packed = upload();
        loseTheVictim(packed);
        Command said = pack(packed, "--on-error", "skip").expectDone();
        assertThat(said.err() + said.out()).contains(victim);
        assertThat(Command.done("verify", folder + "/" + packed + "/p-*.tfrecord")
                        .out())
                .contains(IMAGES - 1 + " intact records");
        String trained = upload();
        loseTheVictim(trained);
        assertThat(train(trained, "--on-error", "skip").expectDone().err()).contains(victim);
    }

    /** With skipping too: what a job packs is settled by then. The next one lists again. */
    @Test
    void shouldNameAnImageThatVanishesBetweenTheListingAndTheQuestion() throws Exception {
        String key = upload();
        before(asking(victim), () -> store.delete(key + "/" + victim));
        endsInOneLine(pack(key, "--on-error", "skip"), store.uri(key + "/" + victim));
    }

    @Test
    void shouldNeverPackHalfOfAnImageThatIsReplaced() throws Exception {
        String key = upload();
        byte[] other = DrawnDataSet.image(1, "png", 200, 200);
        before(reading("images"), () -> store.put(key + "/" + victim, other));
        Command said = pack(key);
        if (said.exitCode() != 0) {
            assertThat(said.errors()).singleElement().asString().contains(victim);
            return;
        }
        assertThat(Command.done("verify", folder + "/" + key + "/p-*.tfrecord").out())
                .contains(IMAGES + " intact records");
    }

    @Test
    void shouldPackWhatWasListedWhereAnImageAppears() throws Exception {
        String key = upload();
        byte[] another = DrawnDataSet.image(1, "png");
        before(reading(victim), () -> store.put(key + "/" + victim.replace(".png", "-new.png"), another));
        pack(key).expectDone();
        assertThat(Command.done("verify", folder + "/" + key + "/p-*.tfrecord").out())
                .contains(IMAGES + " intact records");
    }

    @Test
    void shouldNameAShardThatShrinksOrVanishesWhileItIsRead() throws Exception {
        byte[] shard = Files.readAllBytes(DrawnDataSet.records(folder.resolve("shard.tfrecord"), 1000));
        byte[] shorter = Arrays.copyOf(shard, shard.length / 2);
        for (byte[] after : new byte[][] {shorter, null}) {
            for (String command : new String[] {"verify", "pack", "train", "check"}) {
                String key = "shard" + uploads++ + ".tfrecord";
                store.put(key, shard);
                before(reading(key), () -> {
                    if (after == null) {
                        store.delete(key);
                    } else {
                        store.put(key, after);
                    }
                });
                Object[] words =
                        switch (command) {
                            case "pack" ->
                                new Object[] {"pack", "images", store.uri(key), "--out", folder + "/o" + key + "/p"};
                            case "train" ->
                                new Object[] {
                                    "train",
                                    "yolo",
                                    "--data",
                                    store.uri(key),
                                    "--model",
                                    "yolo-v1-mini",
                                    "--steps",
                                    300,
                                    "--batch",
                                    4,
                                    "--run",
                                    folder.resolve("run" + key)
                                };
                            default -> new Object[] {command, store.uri(key)};
                        };
                Command said = Command.run(words);
                assertThat(said.out() + said.err()).as(command).contains(store.uri(key) + ": ");
                assertThat(said.exitCode()).as(said.out() + said.err()).isEqualTo(1);
                assertThat(said.errors()).hasSizeLessThan(2);
            }
        }
    }

    /** Its records are those that it had, or the job ends. */
    @Test
    void shouldNotReadBeyondTheEndThatAShardHad() throws Exception {
        byte[] shard = Files.readAllBytes(DrawnDataSet.records(folder.resolve("grows.tfrecord"), 1000));
        byte[] longer = Arrays.copyOf(shard, 2 * shard.length);
        System.arraycopy(shard, 0, longer, shard.length, shard.length);
        store.put("grows.tfrecord", shard);
        before(reading("grows.tfrecord"), () -> store.put("grows.tfrecord", longer));
        String uri = store.uri("grows.tfrecord");
        Command said = Command.run("pack", "images", uri, "--out", folder + "/grown/p");
        if (said.exitCode() == 0) {
            assertThat(said.out()).contains("1,000 samples");
        } else {
            endsInOneLine(said, uri);
        }
    }
}

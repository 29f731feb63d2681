package org.batchmill.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.batchmill.cli.Batchmill;
import org.batchmill.it.Command;
import org.batchmill.testing.Await;
import org.batchmill.testing.Fault;
import org.batchmill.testing.FaultyProxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands on data in S3: a real server, Amazon's client, and a proxy between them that spoils answers. */
@Timeout(900)
@Tag("concurrent")
class S3StoreTest {

    @TempDir
    private static Path folder;

    private static SpoiltStore store;
    private static Map<String, byte[]> here;

    @BeforeAll
    static void packIntoTheStore() throws Exception {
        store = SpoiltStore.open();
        Command.done("sample", "shapes", folder.resolve("shapes"), "--count", 40);
        Command.done("pack", "images", folder.resolve("shapes"), "--split", "lists", "--out", folder + "/here/p");
        here = files(folder.resolve("here"), name -> name.startsWith("p-") && !name.endsWith(".json"));
        Command.done("pack", "images", folder.resolve("shapes"), "--split", "lists", "--out", store.uri("packed/p"));
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void behave() {
        store.proxy().answerWith(request -> new Fault.None());
    }

    @Test
    void shouldPackIntoAStoreTheSameBytesAsOnThisMachine() throws Exception {
        assertThat(store.objects("packed/"))
                .containsAll(
                        here.keySet().stream().map(name -> "packed/" + name).toList());
        for (Map.Entry<String, byte[]> file : here.entrySet()) {
            assertThat(store.object("packed/" + file.getKey()))
                    .as(file.getKey())
                    .isEqualTo(file.getValue());
        }
        assertThat(store.objects("packed/")).noneMatch(key -> key.contains("journal"));
    }

    @Test
    void shouldVerifyInspectAndCheckWhatLiesInAStore() throws Exception {
        Command verified = Command.done("verify", store.uri("packed/p-*.tfrecord"));
        assertThat(verified.out().lines()).hasSize(8).allMatch(line -> line.startsWith(store.uri("packed/p-")));
        assertThat(Command.done("inspect", store.uri("packed/p-val-00000-of-00004.tfrecord"))
                        .out())
                .startsWith(store.uri("packed/p-val-00000-of-00004.tfrecord: "));
        assertThat(Command.run("check", store.uri("packed/p-dataset.json"), "--json")
                        .out())
                .isEqualTo(Command.run("check", folder + "/here/p-dataset.json", "--json")
                        .out()
                        .replace(folder + "/here/", store.uri("packed/")));
    }

    @Test
    void shouldPackAFolderThatLiesInAStore() throws Exception {
        store.upload(folder.resolve("shapes"), "photos");
        Command.done("pack", "images", store.uri("photos"), "--split", "lists", "--out", folder + "/fetched/p");
        assertThat(files(folder.resolve("fetched"), name -> name.startsWith("p-") && !name.endsWith(".json")))
                .containsExactlyEntriesOf(here);
    }

    @Test
    @Tag("long")
    void shouldReadOnWhereTheStoreAsksForPatience() {
        readOnWhereEveryThirdAnswerIs(new Fault.Refused(503, "SlowDown"));
    }

    @Test
    @Tag("long")
    void shouldReadOnWhereAnswersAreRefusedCutOrReset() {
        readOnWhereEveryThirdAnswerIs(new Fault.Refused(500, "InternalError"));
        readOnWhereEveryThirdAnswerIs(new Fault.Truncated(100));
        readOnWhereEveryThirdAnswerIs(new Fault.Reset(100));
        readOnWhereEveryThirdAnswerIs(new Fault.Reset(-1));
    }

    private static void readOnWhereEveryThirdAnswerIs(Fault fault) {
        String expected =
                Command.done("verify", store.uri("packed/p-*.tfrecord")).out();
        store.proxy()
                .answerWith(request ->
                        request.method().equals("GET") && request.number() % 3 == 0 ? fault : new Fault.None());
        // Other files: what was read of these is still in memory.
        Command packed = Command.done(
                "pack", "images", folder.resolve("shapes"), "--split", "lists", "--out", store.uri("again/p"));
        Command read = Command.done("verify", store.uri("again/p-*.tfrecord"));
        assertThat(read.out()).as("%s", fault).isEqualTo(expected.replace("/packed/", "/again/"));
        assertThat(packed.errors()).isEmpty();
    }

    @Test
    @Tag("long")
    void shouldSurviveKillAtAnyTime() throws Exception {
        for (int writes = 1; writes < 40; writes += 6) {
            int before = writes(store.proxy());
            int last = writes;
            Process child = packing(store.uri("killed/p"));
            Await.until(
                    last + " objects are written", () -> !child.isAlive() || writes(store.proxy()) >= before + last);
            child.destroyForcibly().waitFor();
            for (String key : store.objects("killed/p-")) {
                String name = key.substring("killed/".length());
                if (here.containsKey(name)) {
                    assertThat(store.object(key)).as(key).isEqualTo(here.get(name));
                }
            }
        }
        Command.done("pack", "images", folder.resolve("shapes"), "--split", "lists", "--out", store.uri("killed/p"));
        assertHolds("killed/", here);
    }

    /** Of what is being sent when the process dies nothing is to be seen, whichever file of the job it is. */
    @Test
    @Tag("long")
    void shouldLeaveNothingOfAFileThatWasBeingSentWhenItWasKilled() throws Exception {
        for (String sent :
                List.of("job\\.json", "checked-.*", "p-[^/]*\\.tfrecord", "p-[^/]*\\.idx", "p-dataset\\.json")) {
            killWhenAsked("PUT", "sent/(.*/)?" + sent, new Fault.Held(10), store.uri("sent/p"));
            for (String key : store.objects("sent/p-")) {
                String name = key.substring("sent/".length());
                assertThat(here).as(sent).containsKey(name);
                assertThat(store.object(key)).as(key).isEqualTo(here.get(name));
            }
        }
        Command.done("pack", "images", folder.resolve("shapes"), "--split", "lists", "--out", store.uri("sent/p"));
        assertHolds("sent/", here);
    }

    /** There is no rename: the new shards are copied, one after the other, when what said that the old ones are complete is gone. */
    @Test
    @Tag("long")
    void shouldGoOnWhereItWasKilledWhileItReplacedADataSet() throws Exception {
        Object[] words = {"pack", "images", folder.resolve("shapes"), "--split", "lists", "--shards", 2, "--out"};
        Command.done(with(words, folder + "/two/p"));
        Map<String, byte[]> two =
                files(folder.resolve("two"), name -> name.startsWith("p-") && !name.endsWith(".json"));
        Command.done("pack", "images", folder.resolve("shapes"), "--split", "lists", "--out", store.uri("replaced/p"));
        killWhenAsked(
                "PUT",
                "replaced/p-[^/]*of-00002.tfrecord",
                new Fault.Stalled(0),
                store.uri("replaced/p"),
                "--shards",
                "2");
        assertThat(store.objects("replaced/p-")).doesNotContain("replaced/p-dataset.json");
        Command.done(with(words, store.uri("replaced/p")));
        assertHolds("replaced/", two);
    }

    private static Object[] with(Object[] words, Object last) {
        return Stream.concat(Arrays.stream(words), Stream.of(last)).toArray();
    }

    /** The files of a data set, its description, and nothing else but what marks the folder. */
    private static void assertHolds(String prefix, Map<String, byte[]> files) throws Exception {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            assertThat(store.object(prefix + file.getKey())).as(file.getKey()).isEqualTo(file.getValue());
        }
        assertThat(store.objects(prefix)).hasSize(files.size() + 2).contains(prefix + "p-dataset.json", prefix);
    }

    /** Packs in a process of its own, which is killed while it waits for what is done to one request. */
    private static void killWhenAsked(String method, String key, Fault fault, String out, String... more)
            throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        Pattern target = Pattern.compile("/" + store.bucket() + "/" + key);
        store.proxy().answerWith(request -> {
            if (request.method().equals(method)
                    && target.matcher(request.target()).matches()) {
                asked.countDown();
                return fault;
            }
            return new Fault.None();
        });
        Process child = packing(out, more);
        Await.until(key + " is sent", () -> {
            assertThat(child.isAlive() || asked.getCount() == 0).as(key).isTrue();
            return asked.getCount() == 0;
        });
        child.destroyForcibly().waitFor();
        store.proxy().answerWith(request -> new Fault.None());
    }

    private static int writes(FaultyProxy proxy) {
        return (int) proxy.requests().stream()
                .filter(request -> request.method().equals("PUT"))
                .count();
    }

    private static Process packing(String out, String... more) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        store.settings().forEach((name, value) -> words.add("-D" + name + "=" + value));
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        words.addAll(
                List.of("--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        words.addAll(List.of(
                Batchmill.class.getName(),
                "pack",
                "images",
                folder.resolve("shapes").toString()));
        words.addAll(List.of("--split", "lists", "--out", out));
        words.addAll(List.of(more));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void shouldSayInOneLineWhatCannotBeReached() {
        String noBucket = "s3://" + SpoiltStore.freshBucket();
        for (Object[] command : new Object[][] {
            {"verify", noBucket + "/a-*.tfrecord"},
            {"inspect", store.uri("gone")},
            {"pack", "images", folder.resolve("shapes"), "--out", noBucket + "/p"},
            {"train", "yolo", "--data", store.uri("gone-*.tfrecord"), "--run", folder.resolve("none")}
        }) {
            Command said = Command.run(command);
            assertThat(said.exitCode()).as(said.err()).isEqualTo(1);
            assertThat(said.errors()).hasSize(1).first().asString().contains("s3://");
        }
    }

    @Test
    void shouldSayThatThereAreNoCredentials() {
        Map<String, String> settings = store.settings();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        System.setProperty("aws.disableEc2Metadata", "true"); // no machine's role is asked for
        try {
            String records = "s3://" + SpoiltStore.freshBucket() + "/a-*.tfrecord";
            Command said = Command.run("verify", records);
            assertThat(said.exitCode()).isEqualTo(1);
            assertThat(said.errors())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("batchmill: " + records + ": missing: cannot be read: ")
                    .contains("credentials")
                    .doesNotContain("hunter2");
        } finally {
            System.clearProperty("aws.disableEc2Metadata");
            settings.forEach(System::setProperty);
        }
    }

    @Test
    void shouldRefuseARunInAStore() {
        Command said =
                Command.run("train", "yolo", "--data", store.uri("packed/p-dataset.json"), "--run", store.uri("run"));
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.errors())
                .hasSize(1)
                .first()
                .asString()
                .contains(store.uri("run: "))
                .contains("must be on this machine");
    }

    @Test
    void shouldTrainOnAStoreWhatItTrainsOnThisMachineAndKeepNoCredentials() throws Exception {
        List<String> local = losses("local", folder + "/here/p-dataset.json");
        assertThat(losses("far", store.uri("packed/p-dataset.json"))).isEqualTo(local);
        try (Stream<Path> all = Files.walk(folder.resolve("far"))) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain("hunter2");
            }
        }
    }

    @Test
    void shouldKeepACopyOfARunInAStore() throws Exception {
        Path run = folder.resolve("copied");
        Command.done(train(
                folder + "/here/p-dataset.json",
                run,
                "--upload",
                store.uri("runs/a"),
                "--checkpoint-steps",
                1,
                "--keep",
                1));
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(run)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                files.put("runs/a/" + run.relativize(file), Files.readAllBytes(file));
            }
        }
        files.remove("runs/a/run.lock");
        assertThat(files).containsKeys("runs/a/config.yaml", "runs/a/metrics.csv", "runs/a/report.html");
        assertThat(store.objects("runs/a/").stream()
                        .filter(key -> !key.endsWith("/"))
                        .toList())
                .containsExactlyInAnyOrderElementsOf(files.keySet());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            assertThat(store.object(file.getKey())).as(file.getKey()).isEqualTo(file.getValue());
        }
    }

    @Test
    void shouldKeepTheRunWhereItsCopyCannotBeSent() {
        store.proxy()
                .answerWith(request ->
                        request.method().equals("PUT") ? new Fault.Refused(403, "AccessDenied") : new Fault.None());
        Path run = folder.resolve("not-copied");
        Command said = Command.run(train(folder + "/here/p-dataset.json", run, "--upload", store.uri("runs/b")));
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.errors()).hasSize(1).first().asString().contains(store.uri("runs"));
        assertThat(run.resolve("report.html")).exists();
    }

    private static Object[] train(Object data, Path run, Object... more) {
        List<Object> words = new ArrayList<>(List.of("train", "yolo", "--data", data, "--model", "yolo-v1-mini"));
        words.addAll(List.of("--policy", "none", "--batch", 4, "--steps", 3, "--run", run));
        words.addAll(List.of(more));
        return words.toArray();
    }

    /** Step and loss, as a run writes them. */
    private static List<String> losses(String run, String data) throws IOException {
        Command.done(train(data, folder.resolve(run)));
        return Files.readAllLines(folder.resolve(run).resolve("metrics.csv")).stream()
                .map(line -> line.split(",", 3)[0] + " " + line.split(",", 3)[1])
                .toList();
    }

    private static Map<String, byte[]> files(Path where, Predicate<String> wanted) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(where)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                String name = file.getFileName().toString();
                if (wanted.test(name)) {
                    files.put(name, Files.readAllBytes(file));
                }
            }
        }
        return files;
    }
}

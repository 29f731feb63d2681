package org.batchmill.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.it.Command;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.files.RecordFiles;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;
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

/** Reading from a store that is slow, falls silent, does not recover, or changes while it is read. */
@Timeout(1800)
@Tag("concurrent")
class SpoiltAnswersTest {

    private static final int RECORDS = 1000;

    @TempDir
    private static Path folder;

    private static SpoiltStore store;

    /** Each test reads an object of its own: what was read of another is still in memory. */
    private static int objects;

    @BeforeAll
    static void startServer() throws Exception {
        store = SpoiltStore.open();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @BeforeEach
    void behave() {
        store.proxy().answerWith(request -> new Fault.None());
    }

    /** Some megabytes of records in the store; the URI of their file. */
    private static String records() throws Exception {
        Path file = DrawnDataSet.records(folder.resolve("r" + objects++ + ".tfrecord"), RECORDS);
        store.put(file.getFileName().toString(), file);
        return store.uri(file.getFileName().toString());
    }

    /** From the second block on. */
    private static void spoil(Function<FaultyProxy.Request, Fault> fault) {
        AtomicBoolean first = new AtomicBoolean(true);
        store.proxy()
                .answerWith(
                        request -> request.method().equals("GET") && request.range() != null && !first.getAndSet(false)
                                ? fault.apply(request)
                                : new Fault.None());
    }

    /** Leaving out what is bad does not help: the store is away, not the samples damaged. */
    private static void endsInOneLine(String uri) {
        for (Object[] command : new Object[][] {
            {"verify", uri}, {"pack", "images", uri, "--on-error", "skip", "--out", folder + "/none/p"}
        }) {
            Command said = Command.run(command);
            assertThat(said.exitCode()).as(said.out() + said.err()).isEqualTo(1);
            assertThat(said.out()).isEmpty();
            assertThat(said.errors()).singleElement().asString().startsWith("batchmill: " + uri + ": ");
        }
    }

    @Test
    void shouldEndInOneLineWhereAStoreDoesNotRecover() throws Exception {
        String uri = records();
        spoil(request -> new Fault.Refused(500, "InternalError"));
        endsInOneLine(uri);
    }

    /** Amazon's client waits longer between its attempts. */
    @Tag("long")
    @Test
    void shouldEndInOneLineWhereAStoreAsksForPatienceForEver() throws Exception {
        String uri = records();
        spoil(request -> new Fault.Refused(503, "SlowDown"));
        endsInOneLine(uri);
    }

    @Tag("long")
    @Test
    void shouldEndInOneLineWhereAnswersAreAlwaysCut() throws Exception {
        String cut = records();
        spoil(request -> new Fault.Truncated(1000));
        endsInOneLine(cut);
        behave();
        String reset = records();
        spoil(request -> new Fault.Reset(1000));
        endsInOneLine(reset);
    }

    @Test
    void shouldNameAnObjectThatVanishesWhileItIsRead() throws Exception {
        String uri = records();
        spoil(request -> {
            delete(uri);
            return new Fault.None();
        });
        Command said = Command.run("pack", "images", uri, "--out", folder + "/none/p");
        assertThat(said.exitCode()).as(said.out() + said.err()).isEqualTo(1);
        assertThat(said.errors()).singleElement().asString().startsWith("batchmill: " + uri);
    }

    private static void delete(String uri) {
        try {
            store.delete(uri.substring(uri.lastIndexOf('/') + 1));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Tag("long")
    @Test
    void shouldReadASlowStoreToItsEnd() throws Exception {
        String uri = records();
        store.proxy().answerWith(request -> new Fault.Throttled(1_000_000));
        Command.done("verify", uri);
    }

    /** An answer stops in its middle, and the connection stays open: after the client's patience it is asked for again. */
    @Tag("long")
    @Test
    void shouldAskAgainForAnAnswerThatStops() throws Exception {
        String uri = records();
        AtomicBoolean first = new AtomicBoolean(true);
        spoil(request -> first.getAndSet(false) ? new Fault.Stalled(1000) : new Fault.None());
        Command.done("verify", uri);
        assertThat(first).isFalse();
    }

    /** A batch of rows is larger than what is fetched ahead: of its images those are that will be read. */
    @Test
    void shouldFetchTheImagesOfAnArrowFileBeforeTheyAreRead() throws Exception {
        Path file = folder.resolve("ahead.arrow");
        try (ArrowSampleWriter writer = ArrowSampleWriter.create(file, List.of())) {
            for (int i = 0; i < 30; i++) {
                writer.write(new Sample(
                        new SampleId("ahead/" + i),
                        new Content.EncodedImage(ByteBuffer.allocate(1 << 20)),
                        new Labels.ClassLabel("none")));
            }
            writer.finish();
        }
        store.put("ahead.arrow", file);
        try (RecordFiles records = RecordFiles.open(List.of(Places.of(store.uri("ahead.arrow"))))) {
            for (int row : new int[] {5, 15, 25}) {
                records.soon(row);
            }
            records.read(5);
            for (int row : new int[] {15, 25}) {
                Await.until("the image of row " + row + " is asked for", () -> isAskedFor("ahead.arrow", row));
            }
            assertThat(isAskedFor("ahead.arrow", 20)).isFalse();
            records.soon(20);
            Await.until("the image of row 20 is asked for", () -> isAskedFor("ahead.arrow", 20));
        }
    }

    /** Whether the block was asked for that begins a quarter of a MiB behind so many MiB. */
    private static boolean isAskedFor(String object, int mebibytes) {
        String range = "bytes=" + ((mebibytes << 20) + (1 << 18)) + "-";
        return store.proxy().requests().stream()
                .anyMatch(request -> request.target().endsWith(object)
                        && request.range() != null
                        && request.range().startsWith(range));
    }

    /** What is held of a store does not grow with what is read of it. */
    @Tag("long")
    @Test
    void shouldReadFarMoreThanItsMemoryHolds() throws Exception {
        Path file = folder.resolve("large.tfrecord");
        int images = 300;
        byte[] image = DrawnDataSet.image(1, "png", 1100, 1000);
        try (TfRecordWriter writer = TfRecordWriter.create(file, WriteOptions.PLAIN)) {
            SampleExamples examples = new SampleExamples(List.of());
            for (int i = 0; i < images; i++) {
                writer.write(examples.write(new Sample(
                        new SampleId("large/" + i), new Content.EncodedImage(ByteBuffer.wrap(image)), Labels.NONE)));
            }
            writer.finish();
        }
        assertThat(Files.size(file)).isGreaterThan(200_000_000);
        store.put("large.tfrecord", file);
        List<String> options = new ArrayList<>(List.of("-Xmx160m", "-XX:MaxDirectMemorySize=128m"));
        store.settings().forEach((name, value) -> options.add("-D" + name + "=" + value));
        try (TrainerProcess command =
                TrainerProcess.start(folder.resolve("large.log"), options, "verify", store.uri("large.tfrecord"))) {
            assertThat(command.await()).as(command.log()).isZero();
            assertThat(command.log()).contains(images + " intact records, 0 damaged places");
        }
    }
}

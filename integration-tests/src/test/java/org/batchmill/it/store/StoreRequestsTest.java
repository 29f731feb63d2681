package org.batchmill.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.it.Command;
import org.batchmill.testing.FaultyProxy.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask of S3 for a folder of small images, a folder a class, counted where they pass. */
@Timeout(900)
@Tag("concurrent")
class StoreRequestsTest {

    /** Questions for the data set's own folder, and files that may lie beside images. */
    private static final int FEW = 20;

    /** Of an epoch that is not learnt any more when the steps are done: 64 that the source hears of, and batches that are ready. */
    private static final int DRAWN_AHEAD = 128;

    @TempDir
    private static Path folder;

    private static SpoiltStore store;
    private static int uploads;

    @BeforeAll
    static void startServer() throws Exception {
        store = SpoiltStore.open();
        Files.writeString(folder.resolve("network.yaml"), PathsInAStoreTest.NETWORK);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    /** Commands remember for a while what they were told, so each gets images of its own. */
    private static String upload(int images) throws Exception {
        String key = "images" + uploads++;
        store.upload(DrawnDataSet.classes(folder.resolve(key), images), key);
        return key;
    }

    private static List<Request> requestsOf(Object... command) {
        int before = store.proxy().requests().size();
        Command.done(command);
        List<Request> all = store.proxy().requests();
        return all.subList(before, all.size());
    }

    private static long count(List<Request> requests, Predicate<Request> kind) {
        return requests.stream().filter(kind).count();
    }

    /** @param again so many images at most are read a second time */
    private static void asksOnce(int images, List<Request> requests, int questionsAnImage, int again) {
        long bytes = count(requests, request -> request.range() != null);
        long questions = count(requests, request -> request.method().equals("HEAD"));
        assertThat(bytes).isBetween((long) images, (long) images + again + FEW);
        assertThat(questions).isBetween((long) images, (long) questionsAnImage * images + again + FEW);
        assertThat(requests.size() - bytes - questions)
                .as("listings, of which one tells of a thousand files")
                .isLessThan(FEW);
    }

    private static void countsOf(int images) throws Exception {
        asksOnce(images, requestsOf("check", store.uri(upload(images))), 1, 0);
        String trained = upload(images);
        asksOnce(images, requestsOf(training(trained, images / 10)), 1, DRAWN_AHEAD);
        String packed = upload(images);
        asksOnce(
                images,
                requestsOf("pack", "images", store.uri(packed), "--out", folder + "/" + packed + "-packed/p"),
                2,
                0);
    }

    private static Object[] training(String images, int steps, Object... more) {
        Object[] usual = {
            "train",
            "classify",
            "--data",
            store.uri(images),
            "--model",
            folder.resolve("network.yaml"),
            "--batch",
            10,
            "--steps",
            steps,
            "--run",
            folder.resolve("run-" + images)
        };
        return Stream.concat(Stream.of(usual), Stream.of(more)).toArray();
    }

    /** Opening an image asks for its size, reading it is one request; packing goes by sizes and times besides. */
    @Test
    void shouldAskOnceForEachImageBesidesReadingIt() throws Exception {
        countsOf(100);
    }

    /** A cache asks for the versions of files, besides. */
    @Test
    void shouldAskAsOftenAfterAJobWithACache() throws Exception {
        Command.done(training(upload(10), 1, "--cache-dir", folder.resolve("cache")));
        asksOnce(100, requestsOf("check", store.uri(upload(100))), 1, 0);
    }

    @Tag("long")
    @Test
    void shouldAskOnceForEachOfManyImages() throws Exception {
        countsOf(1000);
    }
}

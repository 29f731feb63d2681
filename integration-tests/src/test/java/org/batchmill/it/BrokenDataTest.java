package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.batchmill.ingest.packing.PackJob;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.packing.PackResult;
import org.batchmill.ingest.sources.DataFormat;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.testing.SharedData;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoOptions;
import org.batchmill.video.VideoReader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every file that the manifest of the broken data names, through the jobs that would meet it: images, annotations and record files are
 * packed, videos decoded. What is good is packed; what is bad is an error of a class that the manifest allows, leaves no file behind, and
 * is counted and named where skipping is asked for.
 */
class BrokenDataTest {

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> shouldEndAsTheManifestSays() throws IOException {
        Path broken = SharedData.data("broken");
        JsonNode manifest =
                new ObjectMapper().readTree(broken.resolve("manifest.json").toFile());
        List<String> classes = texts(manifest.path("classes_voc"));
        return StreamSupport.stream(manifest.path("files").spliterator(), false)
                .map(entry ->
                        DynamicTest.dynamicTest(entry.path("kind").asText(), () -> check(broken, entry, classes)));
    }

    private void check(Path broken, JsonNode entry, List<String> classes) throws Exception {
        Path file = broken.resolve(entry.path("file").asText());
        String kind = entry.path("kind").asText();
        switch (entry.path("category").asText()) {
            case "images" -> check(entry, options(kind, classFolder(kind, file).toString(), SourceOptions.defaults()));
            case "voc" -> {
                SourceOptions list = SourceOptions.defaults()
                        .withFormat(DataFormat.VOC)
                        .withClasses(classes)
                        .withSplit(kind.substring("voc-".length()));
                check(entry, options(kind, broken.resolve("voc").toString(), list));
            }
            case "tfrecord" -> check(entry, options(kind, file.toString(), SourceOptions.defaults()));
            case "video" -> check(entry, () -> decode(file));
            default -> throw new AssertionError("a category that this test does not know: " + entry);
        }
    }

    private PackOptions options(String kind, String data, SourceOptions source) {
        return PackOptions.of(data, folder.resolve(kind + "/out/p").toString())
                .withSource(source)
                .withShards(1)
                .withParallelism(1);
    }

    /** A data set of a folder a class that holds one image. */
    private Path classFolder(String kind, Path image) throws IOException {
        Path data = folder.resolve(kind + "/data");
        Files.createDirectories(data.resolve("thing"));
        Files.copy(image, data.resolve("thing").resolve(image.getFileName()));
        return data;
    }

    private void check(JsonNode entry, PackOptions options) throws Exception {
        check(entry, () -> pack(options));
        if (!entry.path("expect").asText().equals("error")) {
            return;
        }
        assertThat(written(options)).isEmpty();
        JsonNode facts = entry.path("facts");
        JsonNode usable =
                facts.path("usable_examples").isNumber() ? facts.path("usable_examples") : facts.path("intact_records");
        if (usable.asInt() == 0) {
            return;
        }
        PackResult skipped = PackJob.run(options.withOnError(ErrorMode.SKIP, 100), PackProgress.Listener.NONE);
        assertThat(skipped.samples()).isGreaterThanOrEqualTo(usable.asLong());
        assertThat(skipped.bad())
                .isNotEmpty()
                .allSatisfy(bad -> assertThat(bad.kind().word()).isIn(texts(entry.path("error_classes"))));
    }

    /** Something that ends well or throws. */
    @FunctionalInterface
    private interface Attempt {
        void run() throws Exception;
    }

    private static void check(JsonNode entry, Attempt attempt) throws Exception {
        String expected = entry.path("expect").asText();
        try {
            attempt.run();
        } catch (DataException e) {
            assertThat(expected).as("refused: " + e.getMessage()).isNotEqualTo("ok");
            assertThat(e.kind().word()).as(e.getMessage()).isIn(texts(entry.path("error_classes")));
            assertThat(e.getMessage()).doesNotContain("\n");
            return;
        }
        assertThat(expected).as("passed as good").isNotEqualTo("error");
    }

    private static void pack(PackOptions options) throws Exception {
        PackResult result = PackJob.run(options, PackProgress.Listener.NONE);
        assertThat(result.bad()).isEmpty();
        assertThat(result.samples()).isPositive();
    }

    private static List<Path> written(PackOptions options) throws IOException {
        Path out = Path.of(options.shards().prefix()).getParent();
        if (!Files.isDirectory(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    private static void decode(Path video) throws Exception {
        try (VideoReader reader = VideoReader.open(video, VideoOptions.DEFAULT)) {
            VideoFrame frame = reader.next();
            while (frame != null) {
                frame.close();
                frame = reader.next();
            }
        }
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}

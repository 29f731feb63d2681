package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bench input} prints is a contract: one epoch, one digest for any number of workers, a line a result. */
class BenchInputTest {

    private static final int IMAGES = 20;

    /** Files: samples that are drawn anew at each reading take a minute for the thousands that are measured. */
    @TempDir
    static Path data;

    @BeforeAll
    static void draw() {
        Command.done("sample", "shapes", data.resolve("shapes"), "--count", IMAGES);
    }

    private static List<JsonNode> bench(Object... options) throws Exception {
        List<Object> words = new ArrayList<>(List.of("bench", "input", "--seconds", "0.01", "--side", "64"));
        words.addAll(List.of(options));
        if (!words.contains("--data")) {
            words.addAll(List.of("--data", data.resolve("shapes")));
        }
        words.add("--json");
        Command command = Command.run(words.toArray());
        assertThat(command.exitCode()).as(command.err()).isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : command.out().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    @Test
    void shouldDigestOneEpochAlikeForAnyNumberOfWorkers() throws Exception {
        JsonNode one = bench("--digest", "--policy", "yolo", "--workers", 1).get(0);
        JsonNode three = bench("--digest", "--policy", "yolo", "--workers", 3).get(0);
        assertThat(one.get("images").asLong()).isEqualTo(IMAGES);
        assertThat(one.get("digest").asText())
                .hasSize(64)
                .isEqualTo(three.get("digest").asText());
        assertThat(one.fieldNames())
                .toIterable()
                .contains("images_per_second", "ceiling_images_per_second", "ratio", "policy", "shuffle", "stages");
        assertThat(bench("--digest", "--policy", "yolo", "--seed", 2).get(0).get("digest"))
                .isNotEqualTo(one.get("digest"));
    }

    @Test
    void shouldSetPlainOpenCvBesideItWhereThatDoesTheSame(@TempDir Path folder) throws Exception {
        Path shapes = folder.resolve("shapes");
        Command.done("sample", "shapes", shapes, "--count", IMAGES);
        Files.writeString(shapes.resolve("JPEGImages/shapes_00003.jpg"), "no image");
        for (String policy : List.of("none", "yolo", "steering")) {
            JsonNode result = bench("--data", shapes, "--policy", policy, "--on-error", "skip")
                    .get(0);
            assertThat(result.get("ceiling").asText())
                    .isEqualTo(policy.equals("steering") ? "bare loop" : "plain OpenCV, files in memory");
            assertThat(result.get("ceiling_images_per_second").asDouble()).isPositive();
            assertThat(result.get("images").asLong()).isEqualTo(IMAGES - 1);
        }
    }

    @Test
    void shouldMeasureEachWayToShuffle() throws Exception {
        assertThat(bench("--shuffle", "all", "--batch", 16))
                .extracting(result -> result.get("shuffle").asText())
                .containsExactly("permutation", "window:1024", "queue:1024,512");
    }

    @Test
    void shouldGiveTrainersPartsOfAnEpochAndServeACachedBatch() throws Exception {
        assertThat(bench("--shard", "2/3").get(0).get("images").asLong()).isEqualTo(7);
        JsonNode cached = bench("--cached").get(0);
        assertThat(cached.get("cached").asBoolean()).isTrue();
        assertThat(cached.get("images_per_second").asDouble()).isPositive();
    }
}

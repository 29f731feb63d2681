package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code bench input} prints is a contract: one epoch, one digest for any number of workers, a line a result. */
class BenchInputTest {

    private static List<JsonNode> bench(Object... options) throws Exception {
        List<Object> words = new ArrayList<>(
                List.of("bench", "input", "--data", "sample:shapes", "--seconds", "0.01", "--side", "64"));
        words.addAll(List.of(options));
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
        assertThat(one.get("images").asLong()).isEqualTo(200);
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
    void shouldMeasureEachWayToShuffle() throws Exception {
        assertThat(bench("--shuffle", "all", "--batch", 16))
                .extracting(result -> result.get("shuffle").asText())
                .containsExactly("permutation", "window:1024", "queue:1024,512");
    }

    @Test
    void shouldGiveTrainersPartsOfAnEpochAndServeACachedBatch() throws Exception {
        assertThat(bench("--shard", "2/3").get(0).get("images").asLong()).isEqualTo(67);
        JsonNode cached = bench("--cached").get(0);
        assertThat(cached.get("cached").asBoolean()).isTrue();
        assertThat(cached.get("images_per_second").asDouble()).isPositive();
    }
}

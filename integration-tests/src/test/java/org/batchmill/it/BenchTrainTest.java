package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code bench train} prints: a contract as JSON, and for people where the time of a step goes. */
class BenchTrainTest {

    private static final Pattern OPERATION = Pattern.compile("^ *[0-9.]+ ms +([0-9.]+) %  (\\S.*)$", Pattern.MULTILINE);

    private static String bench(Object... options) throws Exception {
        List<Object> words = new ArrayList<>(
                List.of("bench", "train", "--model", "pilotnet", "--batch", 2, "--seconds", "0.01", "--threads", 2));
        words.addAll(List.of(options));
        Command command = Command.run(words.toArray());
        assertThat(command.exitCode()).as(command.err()).isZero();
        return command.out();
    }

    @Test
    void shouldTellWhatItMeasuredAsJson() throws Exception {
        JsonNode result = new ObjectMapper().readTree(bench("--json"));
        assertThat(result.fieldNames())
                .toIterable()
                .contains(
                        "engine",
                        "model",
                        "batch",
                        "threads",
                        "step_ms",
                        "images_per_second",
                        "peak_bytes",
                        "mode",
                        "steps");
        assertThat(result.get("mode").asText()).isEqualTo("train");
        assertThat(result.get("steps").asInt()).isGreaterThanOrEqualTo(10);
        assertThat(result.get("images_per_second").asDouble())
                .isCloseTo(2000 / result.get("step_ms").asDouble(), within(.1));
    }

    @Test
    void shouldTellWhereTheTimeOfAStepGoes() throws Exception {
        for (String engine : List.of("auto", "nd4j")) {
            String out = bench("--operations", "--engine", engine);
            List<MatchResult> operations = OPERATION.matcher(out).results().toList();
            assertThat(operations)
                    .extracting(operation -> operation.group(2))
                    .anyMatch(line -> line.startsWith("conv2 ") && line.contains(" forward "))
                    .anyMatch(line -> line.startsWith("conv2 ") && line.contains(" backward "))
                    .anyMatch(line -> line.startsWith("optimizer ") && line.contains(" update "))
                    .last()
                    .isEqualTo("all others");
            assertThat(operations.stream()
                            .mapToDouble(operation -> Double.parseDouble(operation.group(1)))
                            .sum())
                    .isCloseTo(100, within(.05 * operations.size()));
        }
    }
}

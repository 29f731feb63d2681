package org.batchmill.train.detection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.Box;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionReportTest {

    @TempDir
    Path folder;

    private DetectionScores scores;

    @BeforeEach
    void evaluate() {
        DetectionEvaluation evaluation = new DetectionEvaluation(List.of("cat", "dog"));
        evaluation.add(
                List.of(new Box("cat", 0, 0, .5f, .5f)),
                List.of(new Detection(0, .9f, 0, 0, .5f, .5f), new Detection(0, .4f, .5f, .5f, 1, 1)));
        scores = evaluation.scores();
    }

    @Test
    void shouldWriteNumbersCurveAndConfusionAsJson() throws IOException {
        Path file = folder.resolve("scores.json");
        DetectionReport.writeJson(scores, file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());

        assertThat(json.get("images").asInt()).isEqualTo(1);
        assertThat(json.get("map50").asDouble()).isEqualTo(1);
        assertThat(json.get("classes").get(0).get("name").asText()).isEqualTo("cat");
        assertThat(json.get("classes").get(0).get("curve")).hasToString("[[1.0,1.0,0.9],[1.0,0.5,0.4]]");
        assertThat(json.get("classes").get(1).get("ap50").isNull()).isTrue();
        assertThat(json.get("confusion")).hasToString("[[1,0,0],[0,0,0],[1,0,0]]");
    }

    @Test
    void shouldThinLongCurves() {
        DetectionEvaluation evaluation = new DetectionEvaluation(List.of("cat"));
        for (int i = 0; i < 1001; i++) {
            evaluation.add(List.of(new Box("cat", 0, 0, 1, 1)), List.of(new Detection(0, 1f / (i + 1), 0, 0, 1, 1)));
        }

        assertThat(DetectionReport.json(evaluation.scores())
                        .get("classes")
                        .get(0)
                        .get("curve"))
                .hasSizeBetween(100, 200);
    }
}

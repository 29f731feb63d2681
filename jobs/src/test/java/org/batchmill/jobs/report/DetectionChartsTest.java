package org.batchmill.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.batchmill.records.Box;
import org.batchmill.train.detection.Detection;
import org.batchmill.train.detection.DetectionEvaluation;
import org.batchmill.train.detection.DetectionScores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionChartsTest {

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
    void shouldDrawCurvesAndConfusion() throws IOException {
        Path curves = folder.resolve("curves.png");
        Path confusion = folder.resolve("confusion.png");

        DetectionCharts.drawCurves(scores, curves);
        DetectionCharts.drawConfusion(scores, confusion);

        assertThat(ImageIO.read(curves.toFile()).getWidth()).isEqualTo(720);
        assertThat(ImageIO.read(confusion.toFile()).getHeight()).isEqualTo(150 + 3 * 64 + 16);
        assertThat(ImageIO.read(confusion.toFile()).getWidth())
                .as("the last name fits")
                .isGreaterThanOrEqualTo(150 + 4 * 64);
    }
}

package org.batchmill.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
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
        BufferedImage matrix = ImageIO.read(confusion.toFile());
        assertThat(matrix.getHeight())
                .as("a row for each class and one for none")
                .isGreaterThan(3 * 64);
        assertThat(matrix.getWidth()).as("the bar of colours stands beside it").isGreaterThan(4 * 64);
        long darkest = 0;
        for (int y = 0; y < matrix.getHeight(); y++) {
            for (int x = 0; x < matrix.getWidth(); x++) {
                darkest += (matrix.getRGB(x, y) & 0xffffff) == 0x1e5eaa ? 1 : 0;
            }
        }
        // Of the one cat all was found, of what is none all was taken for a cat.
        assertThat(darkest)
                .as("two cells of 63 x 63, less what is written in them")
                .isBetween(6500L, 2 * 63 * 63L + 100);
    }
}

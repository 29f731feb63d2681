package org.batchmill.train.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.batchmill.records.Box;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.Test;

/** Scenes in numbers, evaluated by pycocotools 2.0.11, whose results stand here. */
class CocoScenesTest {

    /** Half of the last digit that we have of pycocotools. */
    private static final double ROUNDING = .5e-4 + 1e-9;

    @Test
    void shouldScoreScenesWithoutCrowdsAsPycocotoolsDoes() throws IOException {
        assertScores(resource("plain1.txt"), .2062, .5495, .1271, .1838, .4036, .4036);
    }

    @Test
    void shouldScoreScenesWithCrowdsAsPycocotoolsDoes() throws IOException {
        assertScores(resource("crowd1.txt"), .2201, .5117, .1922, .2695, .3936, .3936);
    }

    @Test
    void shouldScoreManyScenesAsPycocotoolsDoes() throws IOException {
        Path many = SharedData.cases("labels/15c-scenes/many.txt");
        assertScores(Files.readAllLines(many), .1798, .4601, .0899, .2115, .2869, .4068);
    }

    private static void assertScores(
            List<String> lines, double ap, double ap50, double ap75, double ar1, double ar10, double ar100) {
        DetectionScores scores = evaluated(lines);
        assertThat(scores.cocoMap()).isCloseTo(ap, within(ROUNDING));
        assertMean(scores, DetectionScores.Coco::ap50, ap50);
        assertMean(scores, DetectionScores.Coco::ap75, ap75);
        assertMean(scores, DetectionScores.Coco::recall1, ar1);
        assertMean(scores, DetectionScores.Coco::recall10, ar10);
        assertMean(scores, DetectionScores.Coco::recall100, ar100);
    }

    private static void assertMean(
            DetectionScores scores, ToDoubleFunction<DetectionScores.Coco> value, double expected) {
        assertThat(scores.meanCoco(value)).isCloseTo(expected, within(ROUNDING));
    }

    /** Lines are {@code scene}, {@code gt CLASS XMIN YMIN XMAX YMAX CROWD} and {@code dt CLASS SCORE XMIN YMIN XMAX YMAX}. */
    private static DetectionScores evaluated(List<String> lines) {
        List<String> classes = lines.stream()
                .filter(line -> !line.equals("scene"))
                .map(line -> line.split(" ", 3)[1])
                .distinct()
                .sorted()
                .toList();
        DetectionEvaluation evaluation = new DetectionEvaluation(classes);
        List<Box> targets = new ArrayList<>();
        List<Detection> found = new ArrayList<>();
        for (String line : lines) {
            if (line.equals("scene")) {
                evaluation.add(targets, found);
                targets.clear();
                found.clear();
                continue;
            }
            String[] words = line.split(" ", -1);
            float[] numbers = new float[words.length - 2];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Float.parseFloat(words[i + 2]);
            }
            if (words[0].equals("gt")) {
                float[] edges = Arrays.copyOf(numbers, 4);
                targets.add(new Box(words[1], edges[0], edges[1], edges[2], edges[3], false, false, numbers[4] == 1));
            } else {
                found.add(new Detection(
                        classes.indexOf(words[1]), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]));
            }
        }
        evaluation.add(targets, found);
        return evaluation.scores();
    }

    private static List<String> resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(CocoScenesTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}

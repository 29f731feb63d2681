package org.batchmill.train.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.batchmill.records.Box;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

/** Expected values were worked out by hand where a comment shows how. */
class DetectionEvaluationTest {

    private static final List<String> CLASSES = List.of("cat", "dog");
    private static final Offset<Double> EXACTLY = within(1e-12);

    @Test
    void shouldFollowTheWorkedExampleOfTenDetections() {
        // 5 objects; detections by falling score: right, right, wrong, wrong, wrong, right, right, wrong, wrong, right.
        // Recall .2 .4 .4 .4 .4 .6 .8 .8 .8 1; precision 1 1 .67 .5 .4 .5 .57 .5 .44 .5.
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        boolean[] right = {true, true, false, false, false, true, true, false, false, true};
        for (int i = 0; i < right.length; i++) {
            List<Box> targets = right[i] ? List.of(cat(0, 0, .5f, .5f)) : List.of();
            evaluation.add(targets, List.of(found(0, .95f - i * .05f, 0, 0, .5f, .5f)));
        }

        DetectionScores scores = evaluation.scores();

        assertThat(scores.map50Voc07()).isCloseTo((5 * 1 + 4 * 4 / 7.0 + 2 * .5) / 11, EXACTLY);
        assertThat(scores.map50()).isCloseTo(.2 * (1 + 1 + 4 / 7.0 + 4 / 7.0 + .5), EXACTLY);
        // Recalls 0 to .40 are 41 points of 101, .41 to .80 are 40, .81 to 1 are 20; the boxes are exact, so every IoU
        // counts.
        assertThat(scores.cocoMap()).isCloseTo((41 * 1 + 40 * 4 / 7.0 + 20 * .5) / 101, EXACTLY);
    }

    @Test
    void shouldTellIouThresholdsApart() {
        // The detection covers the upper .72 of its object: right at .5, .55, .6, .65 and .7, wrong above.
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        evaluation.add(List.of(cat(0, 0, 1, 1)), List.of(found(0, .9f, 0, 0, 1, .72f)));

        DetectionScores.OfClass cat = evaluation.scores().classes().get(0);

        assertThat(cat.coco().ap()).isCloseTo(.5, EXACTLY);
        assertThat(cat.coco().ap50()).isCloseTo(1, EXACTLY);
        assertThat(cat.coco().ap75()).isZero();
        assertThat(cat.coco().recall100()).isCloseTo(.5, EXACTLY);
    }

    @Test
    void shouldCountASecondDetectionOfAnObjectAsWrong() {
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        evaluation.add(
                List.of(cat(0, 0, .5f, .5f), cat(.5f, .5f, 1, 1)),
                List.of(found(0, .9f, 0, 0, .5f, .5f), found(0, .8f, 0, 0, .5f, .45f), found(0, .7f, .5f, .5f, 1, 1)));

        // Recall .5 at precision 1, recall 1 at precision 2/3.
        assertThat(evaluation.scores().map50()).isCloseTo(.5 + .5 * 2 / 3, EXACTLY);
        assertThat(evaluation.scores().map50Voc07()).isCloseTo((6 + 5 * 2 / 3.0) / 11, EXACTLY);
    }

    @Test
    void shouldNeitherRewardNorPunishDifficultObjects() {
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        Box difficult = new Box("cat", .5f, .5f, 1, 1, true, false);
        evaluation.add(
                List.of(difficult, cat(0, 0, .5f, .5f)),
                List.of(found(0, .9f, .5f, .5f, 1, 1), found(0, .8f, 0, 0, .5f, .5f)));
        evaluation.add(List.of(difficult), List.of());

        DetectionScores.OfClass cat = evaluation.scores().classes().get(0);

        assertThat(cat.objects()).isEqualTo(1);
        assertThat(cat.detections()).isEqualTo(1);
        assertThat(cat.ap50()).isEqualTo(1);
        assertThat(cat.coco().ap()).isCloseTo(1, EXACTLY);
    }

    @Test
    void shouldGiveAnOrdinaryObjectPrecedenceOverADifficultOneByCocosRule() {
        // The detection overlaps the difficult object more, yet also the ordinary one enough.
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        evaluation.add(
                List.of(new Box("cat", 0, 0, 1, 1, true, false), cat(0, 0, 1, .8f)),
                List.of(found(0, .9f, 0, 0, 1, .95f)));

        assertThat(evaluation.scores().classes().get(0).coco().ap50()).isCloseTo(1, EXACTLY);
    }

    @Test
    void shouldLimitDetectionsAImageForRecall() {
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        evaluation.add(
                List.of(cat(0, 0, .5f, .5f), cat(.5f, .5f, 1, 1)),
                List.of(found(0, .9f, 0, 0, .5f, .5f), found(0, .7f, .5f, .5f, 1, 1)));

        DetectionScores.OfClass cat = evaluation.scores().classes().get(0);

        assertThat(cat.coco().recall1()).isCloseTo(.5, EXACTLY);
        assertThat(cat.coco().recall10()).isCloseTo(1, EXACTLY);
    }

    @Test
    void shouldLeaveClassesWithoutObjectsOutOfTheMean() {
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        evaluation.add(List.of(cat(0, 0, 1, 1)), List.of(found(0, .9f, 0, 0, 1, 1), found(1, .9f, 0, 0, 1, 1)));

        assertThat(evaluation.scores().map50()).isEqualTo(1);
        assertThat(evaluation.scores().classes().get(1).ap50()).isNaN();
    }

    @Test
    void shouldGiveNothingForNoDetections() {
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        evaluation.add(List.of(cat(0, 0, 1, 1)), List.of());

        assertThat(evaluation.scores().map50()).isZero();
        assertThat(evaluation.scores().map50Voc07()).isZero();
        assertThat(evaluation.scores().cocoMap()).isZero();
    }

    @Test
    void shouldTellWhichClassesAreConfused() {
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        evaluation.add(
                List.of(cat(0, 0, .5f, .5f), cat(.5f, .5f, 1, 1), new Box("dog", 0, .5f, .5f, 1)),
                List.of(
                        found(0, .9f, 0, 0, .5f, .5f),
                        found(1, .8f, .5f, .5f, 1, 1),
                        found(1, .7f, .6f, 0, .9f, .3f),
                        found(0, .1f, 0, .5f, .5f, 1)));

        // Rows: cat, dog, nothing there; columns: cat, dog, nothing found. The last detection is below the threshold.
        assertThat(evaluation.scores().confusion()).isDeepEqualTo(new int[][] {{1, 1, 0}, {0, 0, 1}, {0, 1, 0}});
    }

    @Test
    void shouldAgreeWithAStraightforwardImplementation() {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int round = 0; round < 60; round++) {
            List<StraightforwardEvaluation.Image> images = randomImages(random);
            DetectionScores scores = evaluate(images);
            for (int k = 0; k < CLASSES.size(); k++) {
                DetectionScores.OfClass ofClass = scores.classes().get(k);
                if (ofClass.objects() == 0) {
                    continue;
                }
                StraightforwardEvaluation plain = new StraightforwardEvaluation(images, CLASSES.get(k), k);
                assertThat(ofClass.ap50()).isCloseTo(plain.voc(false), within(1e-9));
                assertThat(ofClass.ap50Voc07()).isCloseTo(plain.voc(true), within(1e-9));
                assertThat(ofClass.coco().ap()).isCloseTo(plain.coco(), within(1e-9));
                assertThat(ofClass.coco().recall1()).isCloseTo(plain.cocoRecall(1), within(1e-9));
                assertThat(ofClass.coco().recall100()).isCloseTo(plain.cocoRecall(100), within(1e-9));
            }
        }
    }

    @Test
    void shouldNotDependOnTheOrderOfDetectionsOrImages() {
        long seed = Seed.of(this);
        List<StraightforwardEvaluation.Image> images = randomImages(Seed.random(seed));
        Random shuffling = new Random(seed);
        List<StraightforwardEvaluation.Image> shuffled = new ArrayList<>();
        for (StraightforwardEvaluation.Image image : images) {
            List<Detection> found = new ArrayList<>(image.found());
            Collections.shuffle(found, shuffling);
            shuffled.add(new StraightforwardEvaluation.Image(image.targets(), found));
        }
        Collections.shuffle(shuffled, shuffling);

        DetectionScores one = evaluate(images);
        DetectionScores other = evaluate(shuffled);

        assertThat(other.map50()).isEqualTo(one.map50());
        assertThat(other.map50Voc07()).isEqualTo(one.map50Voc07());
        assertThat(other.cocoMap()).isEqualTo(one.cocoMap());
        assertThat(other.confusion()).isDeepEqualTo(one.confusion());
    }

    @Test
    void shouldStayBetweenNothingAndAll() {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int round = 0; round < 100; round++) {
            DetectionScores scores = evaluate(randomImages(random));
            assertThat(List.of(scores.map50(), scores.map50Voc07(), scores.cocoMap()))
                    .allSatisfy(score -> assertThat(score).isBetween(0.0, 1.0));
        }
    }

    @Test
    void shouldGiveOneForPerfectDetections() {
        RandomGenerator random = Seed.random(Seed.of(this));
        List<StraightforwardEvaluation.Image> perfect = new ArrayList<>();
        for (StraightforwardEvaluation.Image image : randomImages(random)) {
            List<Detection> found = new ArrayList<>();
            for (Box box : image.targets()) {
                found.add(new Detection(
                        CLASSES.indexOf(box.className()),
                        random.nextFloat(),
                        box.xmin(),
                        box.ymin(),
                        box.xmax(),
                        box.ymax()));
            }
            perfect.add(new StraightforwardEvaluation.Image(image.targets(), found));
        }

        DetectionScores scores = evaluate(perfect);

        assertThat(scores.map50()).isCloseTo(1, EXACTLY);
        assertThat(scores.map50Voc07()).isCloseTo(1, EXACTLY);
        assertThat(scores.cocoMap()).isCloseTo(1, EXACTLY);
        assertThat(scores.meanCoco(DetectionScores.Coco::recall100)).isCloseTo(1, EXACTLY);
    }

    private static DetectionScores evaluate(List<StraightforwardEvaluation.Image> images) {
        DetectionEvaluation evaluation = new DetectionEvaluation(CLASSES);
        images.forEach(image -> evaluation.add(image.targets(), image.found()));
        return evaluation.scores();
    }

    /** Objects, detections near some of them, and some that are nowhere near. */
    private static List<StraightforwardEvaluation.Image> randomImages(RandomGenerator random) {
        List<StraightforwardEvaluation.Image> images = new ArrayList<>();
        images.add(new StraightforwardEvaluation.Image(
                List.of(cat(.1f, .1f, .4f, .4f), new Box("dog", .5f, .5f, .9f, .9f)), List.of()));
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            List<Box> targets = new ArrayList<>();
            List<Detection> found = new ArrayList<>();
            for (int n = random.nextInt(5); n > 0; n--) {
                float x = random.nextFloat(.7f);
                float y = random.nextFloat(.7f);
                Box box = new Box(
                        CLASSES.get(random.nextInt(2)),
                        x,
                        y,
                        x + random.nextFloat(.1f, .3f),
                        y + random.nextFloat(.1f, .3f),
                        random.nextInt(6) == 0,
                        false);
                targets.add(box);
                for (int m = random.nextInt(4); m > 0; m--) {
                    float off = random.nextFloat(.08f);
                    found.add(new Detection(
                            random.nextInt(8) == 0 ? random.nextInt(2) : CLASSES.indexOf(box.className()),
                            random.nextFloat(),
                            box.xmin() + off,
                            box.ymin() - off / 2,
                            box.xmax() + off,
                            box.ymax() + off / 3));
                }
            }
            images.add(new StraightforwardEvaluation.Image(targets, found));
        }
        return images;
    }

    private static Box cat(float xmin, float ymin, float xmax, float ymax) {
        return new Box("cat", xmin, ymin, xmax, ymax);
    }

    private static Detection found(int classIndex, float score, float xmin, float ymin, float xmax, float ymax) {
        return new Detection(classIndex, score, xmin, ymin, xmax, ymax);
    }
}

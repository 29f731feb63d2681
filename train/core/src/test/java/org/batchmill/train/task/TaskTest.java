package org.batchmill.train.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.UsageException;
import org.batchmill.train.loop.ArrayBatches;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;

/** Targets and scores, with numbers worked out by hand. */
class TaskTest {

    private static Batch batch(List<SampleId> ids, Labels... labels) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            samples.add(new Sample(ids.get(i), new Content.Features(new float[1]), labels[i]));
        }
        return new ArrayBatches(Shape.vector(1), samples, labels.length, 1, null).next();
    }

    private static Batch batch(Labels... labels) {
        List<SampleId> ids = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            ids.add(new SampleId("s" + i));
        }
        return batch(ids, labels);
    }

    @Test
    void shouldScoreADrive() throws Exception {
        // Two videos: angles 0, .2, .4 and 1; predictions .1, .2, .1 and .8.
        Batch drive = batch(
                List.of(
                        SampleId.ofFrame("a.mp4", 0),
                        SampleId.ofFrame("a.mp4", 1),
                        SampleId.ofFrame("a.mp4", 2),
                        SampleId.ofFrame("b.mp4", 0)),
                new Labels.Steering(0),
                new Labels.Steering(.2f),
                new Labels.Steering(.4f),
                new Labels.Steering(1));
        TaskMetrics metrics = new SteeringTask(.1).metrics();
        metrics.add(drive, new float[] {.1f, .2f, .1f, .8f});
        Map<String, Double> scores = metrics.scores();
        assertThat(scores.keySet())
                .contains(
                        "frames",
                        "rmse",
                        "mae",
                        "correlation",
                        "baseline_mean_rmse",
                        "baseline_previous_rmse",
                        "whiteness");
        assertThat(scores.get("frames")).isEqualTo(4);
        // Errors .1, 0, -.3, -.2.
        assertThat(scores.get("rmse")).isCloseTo(Math.sqrt(.14 / 4), within(1e-6));
        assertThat(scores.get("mae")).isCloseTo(.15, within(1e-6));
        // From .1: -.1, .1, .3, .9.
        assertThat(scores.get("baseline_mean_rmse")).isCloseTo(Math.sqrt(.92 / 4), within(1e-6));
        // Two successive pairs, .2 each; the step to the other video is none.
        assertThat(scores.get("baseline_previous_rmse")).isCloseTo(.2, within(1e-6));
        // The prediction changes by .1 and -.1.
        assertThat(scores.get("whiteness")).isCloseTo(.1, within(1e-6));
        // Sums of products .88 - 1.6 * 1.2 / 4; of squares 1.2 - .64 and .70 - .36.
        assertThat(scores.get("correlation")).isCloseTo((.88 - .48) / Math.sqrt(.56 * .34), within(1e-6));
    }

    @Test
    void shouldMeasureTurnsApartFromStraightRoads() throws Exception {
        TaskMetrics metrics = new SteeringTask(0, 2, SteeringView.WHOLE).metrics();
        // Of angles up to 2, those up to .1 are straight.
        float[] targets = {0, .1f, -.11f, -2, 1, .3f};
        float[] guesses = {.05f, .3f, -.2f, -.1f, .5f, .3f};
        Labels[] labels = new Labels[targets.length];
        for (int i = 0; i < targets.length; i++) {
            labels[i] = new Labels.Steering(targets[i]);
        }
        metrics.add(batch(labels), guesses);
        Map<String, Double> scores = metrics.scores();
        // Left: one of two found, none wrongly. Straight: one found, one missed, one wrong. Right: two found, one
        // wrong.
        assertThat(scores.get("f1/left")).isCloseTo(2.0 / 3, within(1e-6));
        assertThat(scores.get("f1/straight")).isCloseTo(.5, within(1e-6));
        assertThat(scores.get("f1/right")).isCloseTo(.8, within(1e-6));
        assertThat(scores).containsEntry("steering_frames", 4.0);
        assertThat(scores.get("steering_rmse"))
                .isCloseTo(Math.sqrt((.09 * .09 + 1.9 * 1.9 + .5 * .5) / 4), within(1e-6));
        assertThat(scores.get("steering_mae")).isCloseTo((.09 + 1.9 + .5) / 4, within(1e-6));
        assertThat(scores)
                .containsEntry("bins/..-1/frames", 1.0)
                .containsEntry("bins/-0.4..-0.1/frames", 1.0)
                .containsEntry("bins/-0.1..0.1/frames", 2.0)
                .containsEntry("bins/0.1..0.4/frames", 1.0)
                .containsEntry("bins/0.4..1/frames", 1.0)
                .containsEntry("bins/1../frames", 0.0);
        assertThat(scores.get("bins/..-1/mae")).isCloseTo(1.9, within(1e-6));
    }

    @Test
    void shouldComeBackFromItsDescription() {
        SteeringTask task = new SteeringTask(-.25, 17.5, new SteeringView(":,.375:.85", SteeringView.Colour.YUV, 3, 2));
        assertThat(SteeringTask.of(task.description())).isEqualTo(task);
        assertThat(SteeringTask.of(new TaskDescription("steering", List.of(), Map.of("training_mean", ".5"))))
                .isEqualTo(new SteeringTask(.5));
    }

    @Test
    void shouldHaveNoCorrelationWithAConstant() throws Exception {
        TaskMetrics metrics = new SteeringTask(0).metrics();
        metrics.add(batch(new Labels.Steering(0), new Labels.Steering(1)), new float[] {.5f, .5f});
        assertThat(metrics.scores().get("correlation")).isZero();
    }

    @Test
    void shouldEncodeClassesAsTheLossWantsThem() throws Exception {
        ClassificationTask task = new ClassificationTask(List.of("cat", "dog", "eel"));
        Batch pets = batch(new Labels.ClassLabel("eel"), new Labels.ClassLabel("cat"));
        float[] oneHot = {9, 9, 9, 9, 9, 9};
        task.encode(pets, 3, oneHot);
        assertThat(oneHot).containsExactly(0, 0, 1, 1, 0, 0);
        float[] indexes = new float[2];
        task.encode(pets, 1, indexes);
        assertThat(indexes).containsExactly(2, 0);
        assertThatThrownBy(() -> task.encode(pets, 2, new float[4])).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> task.encode(batch(new Labels.ClassLabel("bat")), 3, new float[3]))
                .isInstanceOf(DataException.class)
                .hasMessage("s0: bad-annotation: class \"bat\" is not among those that are trained");
    }

    @Test
    void shouldScoreClasses() throws Exception {
        TaskMetrics metrics = new ClassificationTask(List.of("a", "b")).metrics();
        float third = (float) Math.log(3);
        // Probabilities of b: .75, .25, .5.
        metrics.add(
                batch(new Labels.ClassLabel("b"), new Labels.ClassLabel("b"), new Labels.ClassLabel("a")),
                new float[] {0, third, third, 0, 100, 100});
        assertThat(metrics.scores()).containsEntry("images", 3.0).containsEntry("accuracy", 2.0 / 3);
        assertThat(metrics.scores().get("loss"))
                .isCloseTo(-(Math.log(.75) + Math.log(.25) + Math.log(.5)) / 3, within(1e-6));
    }

    @Test
    void shouldGiveAShareOfEachTargetToAllClassesAlike() throws Exception {
        float[] targets = new float[4];
        new ClassificationTask(List.of("a", "b", "c", "d"), .2f).encode(batch(new Labels.ClassLabel("c")), 4, targets);
        assertThat(targets).containsExactly(new float[] {.05f, .05f, .85f, .05f}, within(1e-6f));
        assertThatThrownBy(() -> new ClassificationTask(List.of("a"), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGiveTheClassesOfAMixedImageTheirShares() throws Exception {
        Batch mixed = batch(new Labels.MixedClasses("c", "a", .75f));
        ClassificationTask task = new ClassificationTask(List.of("a", "b", "c", "d"));
        float[] targets = {9, 9, 9, 9};
        task.encode(mixed, 4, targets);
        assertThat(targets).containsExactly(.25f, 0, .75f, 0);
        new ClassificationTask(task.classes(), .2f).encode(mixed, 4, targets);
        assertThat(targets).containsExactly(new float[] {.25f, .05f, .65f, .05f}, within(1e-6f));
        float[] index = new float[1];
        task.encode(mixed, 1, index);
        assertThat(index).containsExactly(2);
        assertThatThrownBy(() -> task.encode(batch(new Labels.MixedClasses("c", "bat", .75f)), 4, targets))
                .hasMessage("s0: bad-annotation: class \"bat\" is not among those that are trained");
    }

    @Test
    void shouldTellConfusionsTopFiveAndTheWorst() throws Exception {
        ClassificationTask task = new ClassificationTask(List.of("a", "b", "c", "d", "e", "f"));
        ClassificationMetrics metrics = task.metrics();
        metrics.add(
                batch(new Labels.ClassLabel("a"), new Labels.ClassLabel("a"), new Labels.ClassLabel("f")),
                new float[] {9, 0, 0, 0, 0, 0, 1, 5, 2, 2, 2, 2, 6, 5, 4, 3, 2, 1});
        assertThat(metrics.scores()).containsEntry("accuracy", 1 / 3.0).containsEntry("top5", 1 / 3.0);
        ClassificationScores scores = metrics.detail();
        assertThat(scores.confusion()[0]).containsExactly(1, 1, 0, 0, 0, 0);
        assertThat(scores.confusion()[5]).containsExactly(1, 0, 0, 0, 0, 0);
        assertThat(scores.classes().get(0)).isEqualTo(new ClassificationScores.OfClass("a", 2, 2, .5, .5));
        assertThat(scores.classes().get(2).precision()).isNaN();
        assertThat(scores.classes().get(2).recall()).isNaN();
        assertThat(scores.worst())
                .extracting(ClassificationScores.Doubt::sample, ClassificationScores.Doubt::predicted)
                .containsExactly(tuple("s2", "a"), tuple("s1", "b"), tuple("s0", "a"));
        assertThat(task.likeliest(new float[] {1, 2, 3, 3, 0, 0}, 0, 3))
                .extracting(LikelyClass::name)
                .as("of equal ones the first")
                .containsExactly("c", "d", "b");
        assertThat(task.likeliest(new float[] {0, 0, 0, 0, 0, 0}, 0, 9))
                .hasSize(6)
                .allSatisfy(likely -> assertThat(likely.probability()).isCloseTo(1 / 6.0, within(1e-9)));
    }

    @Test
    void shouldAverageProbabilitiesNotLogits() {
        ClassificationTask task = new ClassificationTask(List.of("a", "b"));
        // One member is sure of a beyond measure, two lean to b with .75.
        float third = (float) Math.log(3);
        float[] average =
                task.average(List.of(new float[] {1000, 0}, new float[] {0, third}, new float[] {0, third}), 1);
        assertThat(Math.exp(average[0])).isCloseTo((1 + .25 + .25) / 3, within(1e-6));
        assertThat(Math.exp(average[1])).isCloseTo((0 + .75 + .75) / 3, within(1e-6));
        assertThat(new SteeringTask(0).average(List.of(new float[] {1, 2}, new float[] {3, 6}), 2))
                .containsExactly(2, 4);
    }

    @Test
    void shouldScoreTablesOfNumbersAndOfYesAndNo() throws Exception {
        Batch rows = batch(
                new Labels.Targets(new float[] {1}),
                new Labels.Targets(new float[] {0}),
                new Labels.Targets(new float[] {0}));
        TaskMetrics numbers = new TableTask(TableTask.Target.NUMBERS).metrics();
        numbers.add(rows, new float[] {2, 0, -1});
        assertThat(numbers.scores()).containsEntry("rows", 3.0).doesNotContainKey("accuracy");
        assertThat(numbers.scores().get("rmse")).isCloseTo(Math.sqrt(2.0 / 3), within(1e-9));

        TaskMetrics probabilities = new TableTask(TableTask.Target.BINARY_PROBABILITIES).metrics();
        probabilities.add(rows, new float[] {.6f, .6f, .4f});
        assertThat(probabilities.scores()).containsEntry("accuracy", 2.0 / 3);
        TaskMetrics logits = new TableTask(TableTask.Target.BINARY_LOGITS).metrics();
        logits.add(rows, new float[] {.1f, .1f, -.1f});
        assertThat(logits.scores()).containsEntry("accuracy", 2.0 / 3);

        assertThatThrownBy(() -> new TableTask(TableTask.Target.NUMBERS)
                        .encode(batch(new Labels.Targets(new float[2])), 1, new float[1]))
                .hasMessage("s0: bad-annotation: has 2 numbers to predict, not 1");
        assertThatThrownBy(() -> new TableTask(TableTask.Target.BINARY_LOGITS)
                        .encode(batch(new Labels.Targets(new float[] {34})), 1, new float[1]))
                .hasMessage("s0: bad-annotation: 34.0 is no answer of yes or no, which is 1 or 0");
    }
}

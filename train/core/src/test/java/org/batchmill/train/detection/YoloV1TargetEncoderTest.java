package org.batchmill.train.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.batchmill.records.Box;
import org.batchmill.train.golden.GoldenArrays;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.junit.jupiter.api.Test;

class YoloV1TargetEncoderTest {

    private static final List<String> VOC =
            IntStream.range(0, 20).mapToObj(i -> "class" + i).toList();
    private static final YoloV1TargetEncoder ENCODER = new YoloV1TargetEncoder(
            new YoloV1Grid(7, 2, 20, YoloV1Grid.Order.CELLS), VOC, YoloV1TargetEncoder.MINIMUM_SIZE);

    /** The label lines (class, centre, size) that the reference read for its recorded targets, in the order in which it drew them. */
    private static final String[][] LABEL_LINES = {
        {},
        {"7 .535 .52 .1 .08", "14 .5 .47 .22 .35", "11 .18 .8 .25 .2"},
        {
            "6 .5 .5 .95 .9",
            "2 .97 .3 .2 .25",
            "19 .02 .985 .16 .12",
            "8 .3 .12 .06 .05",
            "0 .7 .66 .33 .21",
            "16 .64 .15 .004 .1",
            "4 .22 .4 .12 .3"
        },
        {"3 .36 .63 .03 .025", "12 .8 .22 .18 .24", "17 .12 .13 .15 .12"}
    };

    @Test
    void shouldNotTeachCrowds() {
        float[] targets = new float[ENCODER.grid().targetSize()];
        Box crowd = new Box("class3", .1f, .1f, .9f, .9f, false, false, true);

        assertThat(ENCODER.encode(List.of(crowd), targets, 0)).isEqualTo(new YoloV1TargetEncoder.Outcome(0, 0, 0));
        assertThat(targets).containsOnly(0);
    }

    @Test
    void shouldWriteTheTargetThatTheReferenceWrites() {
        float[] expected = GoldenArrays.resource(YoloV1Loss.class, "truth.f32");
        float[] targets = new float[expected.length];
        List<YoloV1TargetEncoder.Outcome> outcomes = new ArrayList<>();

        for (int image = 0; image < LABEL_LINES.length; image++) {
            List<Box> boxes = new ArrayList<>();
            for (String line : LABEL_LINES[image]) {
                boxes.add(box(line));
            }
            outcomes.add(ENCODER.encode(boxes, targets, image));
        }

        assertThat(targets).containsExactly(expected, within(3e-6f));
        assertThat(outcomes)
                .containsExactly(
                        new YoloV1TargetEncoder.Outcome(0, 0, 0),
                        new YoloV1TargetEncoder.Outcome(2, 0, 1),
                        new YoloV1TargetEncoder.Outcome(6, 1, 0),
                        new YoloV1TargetEncoder.Outcome(3, 0, 0));
    }

    @Test
    void shouldPutACentreOnTheFarEdgeIntoTheLastCell() {
        YoloV1Grid grid = new YoloV1Grid(2, 1, 1, YoloV1Grid.Order.CELLS);
        YoloV1TargetEncoder encoder = new YoloV1TargetEncoder(grid, List.of("a"), 0);
        float[] targets = new float[grid.targetSize()];

        assertThat(encoder.encode(List.of(new Box("a", 1, 1, 1, 1)), targets, 0).kept())
                .isEqualTo(1);
        assertThat(targets).endsWith(1, 1, 1, 1, 0, 0);
    }

    @Test
    void shouldKeepABoxAtTheOrigin() {
        float[] targets = new float[ENCODER.grid().targetSize()];

        ENCODER.encode(List.of(new Box("class3", -.05f, -.05f, .05f, .05f)), targets, 0);

        assertThat(targets[0]).isEqualTo(1);
        assertThat(targets[1 + 3]).isEqualTo(1);
        assertThat(targets[21]).isCloseTo(.025f * 7, within(1e-6f));
        assertThat(targets[23]).isCloseTo(.05f, within(1e-6f));
    }

    @Test
    void shouldClearWhatTheRowHeldBefore() {
        float[] targets = new float[2 * ENCODER.grid().targetSize()];
        Arrays.fill(targets, 9);

        ENCODER.encode(List.of(), targets, 1);

        assertThat(targets[ENCODER.grid().targetSize() - 1]).isEqualTo(9);
        for (int i = ENCODER.grid().targetSize(); i < targets.length; i++) {
            assertThat(targets[i]).isZero();
        }
    }

    @Test
    void shouldLetEitherOfTwoObjectsInACellWinAndRepeatWithTheSeed() {
        List<Box> rivals = List.of(new Box("class0", .5f, .5f, .55f, .55f), new Box("class1", .51f, .51f, .56f, .56f));
        Set<Float> winners = new HashSet<>();

        for (long seed = 0; seed < 20; seed++) {
            float[] targets = new float[ENCODER.grid().targetSize()];
            float[] again = new float[ENCODER.grid().targetSize()];
            ENCODER.encodeShuffled(rivals, seed, targets, 0);
            ENCODER.encodeShuffled(rivals, seed, again, 0);
            assertThat(again).isEqualTo(targets);
            winners.add(targets[24 * 25 + 1]);
        }

        assertThat(winners).containsExactlyInAnyOrder(0f, 1f);
    }

    @Test
    void shouldNameAClassThatItDoesNotKnow() {
        assertThatThrownBy(() -> ENCODER.encode(
                        List.of(new Box("unicorn", 0, 0, 1, 1)),
                        new float[ENCODER.grid().targetSize()],
                        0))
                .hasMessageContaining("unicorn");
    }

    private static Box box(String line) {
        String[] words = line.split(" ", 5);
        float x = Float.parseFloat(words[1]);
        float y = Float.parseFloat(words[2]);
        float halfWidth = Float.parseFloat(words[3]) / 2;
        float halfHeight = Float.parseFloat(words[4]) / 2;
        return new Box("class" + words[0], x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    }
}

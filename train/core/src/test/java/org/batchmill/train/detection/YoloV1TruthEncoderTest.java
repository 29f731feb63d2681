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

class YoloV1TruthEncoderTest {

    private static final List<String> VOC =
            IntStream.range(0, 20).mapToObj(i -> "class" + i).toList();
    private static final YoloV1TruthEncoder ENCODER = new YoloV1TruthEncoder(
            new YoloV1Grid(7, 2, 20, YoloV1Grid.Order.CELLS), VOC, YoloV1TruthEncoder.MINIMUM_SIZE);

    /** The label lines (class, centre, size) that the reference read for its recorded truth, in the order in which it drew them. */
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
        float[] truth = new float[ENCODER.grid().truthSize()];
        Box crowd = new Box("class3", .1f, .1f, .9f, .9f, false, false, true);

        assertThat(ENCODER.encode(List.of(crowd), truth, 0)).isEqualTo(new YoloV1TruthEncoder.Outcome(0, 0, 0));
        assertThat(truth).containsOnly(0);
    }

    @Test
    void shouldWriteTheTruthThatTheReferenceWrites() {
        float[] expected = GoldenArrays.resource(YoloV1Loss.class, "truth.f32");
        float[] truth = new float[expected.length];
        List<YoloV1TruthEncoder.Outcome> outcomes = new ArrayList<>();

        for (int picture = 0; picture < LABEL_LINES.length; picture++) {
            List<Box> boxes = new ArrayList<>();
            for (String line : LABEL_LINES[picture]) {
                boxes.add(box(line));
            }
            outcomes.add(ENCODER.encode(boxes, truth, picture));
        }

        assertThat(truth).containsExactly(expected, within(3e-6f));
        assertThat(outcomes)
                .containsExactly(
                        new YoloV1TruthEncoder.Outcome(0, 0, 0),
                        new YoloV1TruthEncoder.Outcome(2, 0, 1),
                        new YoloV1TruthEncoder.Outcome(6, 1, 0),
                        new YoloV1TruthEncoder.Outcome(3, 0, 0));
    }

    @Test
    void shouldPutACentreOnTheFarEdgeIntoTheLastCell() {
        YoloV1Grid grid = new YoloV1Grid(2, 1, 1, YoloV1Grid.Order.CELLS);
        YoloV1TruthEncoder encoder = new YoloV1TruthEncoder(grid, List.of("a"), 0);
        float[] truth = new float[grid.truthSize()];

        assertThat(encoder.encode(List.of(new Box("a", 1, 1, 1, 1)), truth, 0).kept())
                .isEqualTo(1);
        assertThat(truth).endsWith(1, 1, 1, 1, 0, 0);
    }

    @Test
    void shouldKeepABoxAtTheOrigin() {
        float[] truth = new float[ENCODER.grid().truthSize()];

        ENCODER.encode(List.of(new Box("class3", -.05f, -.05f, .05f, .05f)), truth, 0);

        assertThat(truth[0]).isEqualTo(1);
        assertThat(truth[1 + 3]).isEqualTo(1);
        assertThat(truth[21]).isCloseTo(.025f * 7, within(1e-6f));
        assertThat(truth[23]).isCloseTo(.05f, within(1e-6f));
    }

    @Test
    void shouldClearWhatTheRowHeldBefore() {
        float[] truth = new float[2 * ENCODER.grid().truthSize()];
        Arrays.fill(truth, 9);

        ENCODER.encode(List.of(), truth, 1);

        assertThat(truth[ENCODER.grid().truthSize() - 1]).isEqualTo(9);
        for (int i = ENCODER.grid().truthSize(); i < truth.length; i++) {
            assertThat(truth[i]).isZero();
        }
    }

    @Test
    void shouldLetEitherOfTwoObjectsInACellWinAndRepeatWithTheSeed() {
        List<Box> rivals = List.of(new Box("class0", .5f, .5f, .55f, .55f), new Box("class1", .51f, .51f, .56f, .56f));
        Set<Float> winners = new HashSet<>();

        for (long seed = 0; seed < 20; seed++) {
            float[] truth = new float[ENCODER.grid().truthSize()];
            float[] again = new float[ENCODER.grid().truthSize()];
            ENCODER.encodeShuffled(rivals, seed, truth, 0);
            ENCODER.encodeShuffled(rivals, seed, again, 0);
            assertThat(again).isEqualTo(truth);
            winners.add(truth[24 * 25 + 1]);
        }

        assertThat(winners).containsExactlyInAnyOrder(0f, 1f);
    }

    @Test
    void shouldNameAClassThatItDoesNotKnow() {
        assertThatThrownBy(() -> ENCODER.encode(
                        List.of(new Box("unicorn", 0, 0, 1, 1)),
                        new float[ENCODER.grid().truthSize()],
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

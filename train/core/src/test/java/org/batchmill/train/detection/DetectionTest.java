package org.batchmill.train.detection;

import static org.assertj.core.api.Assertions.assertThat;

import org.batchmill.batches.ImageMapping;
import org.junit.jupiter.api.Test;

class DetectionTest {

    private static final Detection BEYOND = new Detection(2, .5f, -.25f, .25f, .5f, 1.5f);

    @Test
    void shouldBeCutOffAtTheEdgesOfAImageThatFillsTheInput() {
        assertThat(BEYOND.visible(ImageMapping.stretched(640, 480))).isEqualTo(new Detection(2, .5f, 0, .25f, .5f, 1));
    }

    @Test
    void shouldBeCutOffAtTheBarsOfALetterbox() {
        // The image lies in the rows from a quarter to three quarters.
        ImageMapping mapping = new ImageMapping(200, 100, 0, -.5, 1, 2);

        assertThat(BEYOND.visible(mapping)).isEqualTo(new Detection(2, .5f, 0, .25f, .5f, .75f));
        assertThat(new Detection(0, 1, .1f, .8f, .9f, 1).visible(mapping))
                .as("in a bar")
                .isNull();
    }

    @Test
    void shouldBeCutOffAtWhatACropShowsAlsoWhereItIsFlipped() {
        ImageMapping rightHalfFlipped = new ImageMapping(200, 100, 1, 0, -.5, 1);

        assertThat(BEYOND.visible(rightHalfFlipped)).isEqualTo(new Detection(2, .5f, 0, .25f, .5f, 1));
    }
}

package org.batchmill.jobs.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.batchmill.augment.transform.Fit;
import org.batchmill.records.Box;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;

class ViewTest {

    private static final Shape INPUT = new Shape(3, 448, 448);

    /** The window of the vehicle recipe in a frame of 1280 x 720. */
    private static final CropWindow ROAD = new CropWindow(500, 1280, 300, 650);

    @Test
    void shouldBringABoxBackThroughACropThatWasStretched() {
        Box box = original(View.of(ROAD, INPUT, Fit.STRETCH), new Box("car", 0, .5f, .25f, 1));

        assertThat(box.xmin() * 1280).isCloseTo(500, within(1e-3f));
        assertThat(box.xmax() * 1280).isCloseTo(500 + 780 / 4f, within(1e-3f));
        assertThat(box.ymin() * 720).isCloseTo(300 + 175, within(1e-3f));
        assertThat(box.ymax() * 720).isCloseTo(650, within(1e-3f));
    }

    @Test
    void shouldBringABoxBackThroughACropThatKeptItsShape() {
        View view = View.of(ROAD, INPUT, Fit.LETTERBOX);
        // 780 x 350 becomes 448 x 201, with 123 grey rows above.
        assertThat(view).isEqualTo(new View(ROAD, INPUT, 0, 123, 448, 201));

        Box box = original(view, new Box("car", 0, 123 / 448f, 1, (123 + 201) / 448f));

        assertThat(box.xmin() * 1280).isCloseTo(500, within(1e-3f));
        assertThat(box.xmax() * 1280).isCloseTo(1280, within(1e-3f));
        assertThat(box.ymin() * 720).isCloseTo(300, within(1e-2f));
        assertThat(box.ymax() * 720).isCloseTo(650, within(1e-2f));
    }

    @Test
    void shouldPutGreyBesideATallPicture() {
        View view = View.of(new CropWindow(0, 300, 0, 600), INPUT, Fit.LETTERBOX);

        assertThat(view.left()).isEqualTo(112);
        assertThat(view.width()).isEqualTo(224);
        assertThat(view.height()).isEqualTo(448);
    }

    private static Box original(View view, Box box) {
        return view.mapping(1280, 720).toOriginal(box);
    }
}

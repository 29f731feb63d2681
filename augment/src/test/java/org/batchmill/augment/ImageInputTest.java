package org.batchmill.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.Crop;
import org.batchmill.augment.transform.Fit;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.junit.jupiter.api.Test;

class ImageInputTest {

    /** The window of the vehicle recipe in a frame of 1280 x 720. */
    private static final Policy ROAD = Policy.NONE.with(new Crop(500 / 1280.0, 300 / 720.0, 1, 650 / 720.0));

    private static final Sample FRAME = Rows.raw("frame", 720, 1280, 3, new byte[720 * 1280 * 3], Labels.NONE);

    @Test
    void shouldBringABoxBackThroughACropThatWasStretched() throws Exception {
        Box box = original(ROAD, new Box("car", 0, .5f, .25f, 1));

        assertThat(box.xmin() * 1280).isCloseTo(500, within(1e-3f));
        assertThat(box.xmax() * 1280).isCloseTo(500 + 780 / 4f, within(1e-3f));
        assertThat(box.ymin() * 720).isCloseTo(300 + 175, within(1e-3f));
        assertThat(box.ymax() * 720).isCloseTo(650, within(1e-3f));
    }

    @Test
    void shouldBringABoxBackThroughACropThatKeptItsShape() throws Exception {
        // 780 x 350 becomes 448 x 201, with 123 grey rows above.
        Policy policy = ROAD.withFit(Fit.LETTERBOX, Border.GREY);
        Box box = original(policy, new Box("car", 0, 123 / 448f, 1, (123 + 201) / 448f));

        assertThat(box.xmin() * 1280).isCloseTo(500, within(1e-3f));
        assertThat(box.xmax() * 1280).isCloseTo(1280, within(1e-3f));
        assertThat(box.ymin() * 720).isCloseTo(300, within(1e-2f));
        assertThat(box.ymax() * 720).isCloseTo(650, within(1e-2f));
    }

    private static Box original(Policy policy, Box box) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                ImageInput input = new ImageInput(448, 448, allocator);
                Batch shown = input.show(FRAME, policy)) {
            return shown.mapping(0).toOriginal(box);
        }
    }
}

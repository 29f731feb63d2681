package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.train.events.EventWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histograms as a surface in a real browser: what it says of a place, and that it is painted and turns. */
@Tag("concurrent")
class SurfacePageTest {

    private static final String PAINTED = "return document.querySelector('.surface canvas').toDataURL()";

    @TempDir
    Path folder;

    @Test
    void shouldShowSharesAndTurn() throws Exception {
        Path run = Files.createDirectories(folder.resolve("first"));
        Files.writeString(run.resolve("metrics.csv"), "step,loss\n1,2\n");
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < 400 ? 0 : i < 700 ? -1 : 1;
        }
        try (EventWriter events = EventWriter.in(run)) {
            events.histogram("variables/weights/conv1/weights", new float[] {-1, 0, 1}, 100);
            events.histogram("variables/weights/conv1/weights", values, 200);
        }
        try (OpenPages pages = OpenPages.of(folder)) {
            pages.show("histograms?form=surface");

            assertThat(pages.text("return document.querySelector('.under').textContent"))
                    .startsWith("step 200, ");
            assertThat(Double.parseDouble(pages.text("return document.querySelector('.under').dataset.share")))
                    .as("the zeros are the most, and lie on the border of two columns at the most")
                    .isCloseTo(.3, within(.11));
            String before = pages.text(PAINTED);
            pages.text(
                    "document.querySelector('.surface').dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft'}))");
            assertThat(pages.text(PAINTED)).isNotEqualTo(before);
        }
    }
}

package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class ShuffleQualityTest {

    private final List<String> warnings = new ArrayList<>();

    private final PipelineListener listener = new PipelineListener() {
        @Override
        public void onWarning(String message) {
            warnings.add(message);
        }
    };

    /** Runs over 2000 numbers that come class after class, ten classes of 200. */
    private double quality(Shuffle shuffle) throws InterruptedException {
        warnings.clear();
        try (var pipeline = PipelineBuilder.of(IndexedSource.of(2000, i -> (int) i), new Ledger())
                .shuffle(shuffle)
                .seed(Seed.of(this))
                .batchSize(20)
                .readers(1)
                .key(number -> number / 200)
                .listener(listener)
                .start()) {
            PipelineOrderTest.drain(pipeline);
            return pipeline.metrics().shuffleQuality();
        }
    }

    @Test
    void shouldBeOneForAGlobalShuffle() throws Exception {
        assertThat(quality(Shuffle.permutation())).isCloseTo(1, within(0.05));
        assertThat(warnings).isEmpty();
    }

    @Test
    void shouldWarnOnceWhenTheWindowIsTooSmallForDataThatComeClassAfterClass() throws Exception {
        assertThat(quality(Shuffle.window(50))).isLessThan(0.3);
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("shuffle buffer is too small for the order of the data");
    }

    @Test
    void shouldWarnWhenTheQueueIsTooSmall() throws Exception {
        assertThat(quality(Shuffle.queue(40, 20))).isLessThan(0.6);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void shouldBeZeroWithoutAShuffle() throws Exception {
        assertThat(quality(Shuffle.none())).isCloseTo(0, within(0.01));
    }

    @Test
    void shouldSayNothingWhileOnlyOneKeyWasSeen() {
        ShuffleQuality quality = new ShuffleQuality(listener);
        for (int batch = 0; batch < 20; batch++) {
            quality.add(1);
            quality.add(1);
            quality.endBatch();
        }
        assertThat(quality.figure()).isNaN();
        assertThat(warnings).isEmpty();
    }
}

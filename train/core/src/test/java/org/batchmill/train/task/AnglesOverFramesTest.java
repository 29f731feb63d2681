package org.batchmill.train.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnglesOverFramesTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2048, 1", "2049, 2", "4096, 2", "4097, 4", "10000, 8"})
    void shouldKeepFramesThatLieEquallyFarApart(int frames, int every) {
        AnglesOverFrames angles = new AnglesOverFrames();
        for (int i = 0; i < frames; i++) {
            angles.add(i, -i);
        }

        assertThat(angles.every()).isEqualTo(every);
        assertThat(angles.truth()).hasSize((frames + every - 1) / every);
        for (int i = 0; i < angles.truth().length; i++) {
            assertThat(angles.truth()[i]).isEqualTo(i * every);
            assertThat(angles.predicted()[i]).isEqualTo(-i * every);
        }
    }
}

package org.batchmill.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class LayoutsTest {

    @Test
    void shouldOpenEveryFormatThatHasAName() {
        assertThat(Layouts.formats()).isEqualTo(EnumSet.complementOf(EnumSet.of(DataFormat.AUTO)));
    }
}

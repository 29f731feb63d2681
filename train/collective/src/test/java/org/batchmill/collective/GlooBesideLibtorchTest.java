package org.batchmill.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.batchmill.train.engine.ForeignLibraries;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class GlooBesideLibtorchTest {

    @Test
    void shouldLoadOurLibtorchWhereTheLinkerFindsAnother(@TempDir Path folder) throws Exception {
        assertThat(ForeignLibraries.load(folder)).containsExactly("loaded");
    }
}

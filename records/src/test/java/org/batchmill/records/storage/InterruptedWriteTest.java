package org.batchmill.records.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who stops a job by an interrupt wants to hear that it was stopped, not that a file could not be written. */
class InterruptedWriteTest {

    @TempDir
    private Path folder;

    @Test
    void shouldTellAnInterruptFromAFaultAndKeepTheOldFile() throws Exception {
        Path file = folder.resolve("kept");
        Storage.write(file, new byte[] {1});
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> Storage.write(file, new byte[] {2}))
                    .isInstanceOf(ClosedByInterruptException.class);
        } finally {
            Thread.interrupted();
        }
        assertThat(Files.readAllBytes(file)).containsExactly(1);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }
}

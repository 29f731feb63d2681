package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

    /** A full disk takes results away; whoever reads the first lines through a pipe wanted no more. */
    @ParameterizedTest
    @CsvSource({
        "No space left on device, 1, 'batchmill: standard output: cannot be written: No space left on device'",
        "Broken pipe, 0, ''"
    })
    void shouldSayWhereResultsAreLost(String cause, int exitCode, String line) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(cause);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(Batchmill.run(Terminal.to(broken, err), "--version")).isEqualTo(exitCode);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines(line);
    }
}

package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Help fits a terminal of 80 columns: examples too, which can be typed as they stand. */
class HelpWidthTest {

    static Stream<String> commands() {
        return Batchmill.commandLine(Terminal.to(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()))
                .getSubcommands()
                .keySet()
                .stream()
                .filter(name -> !name.equals("generate-completion"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldFitEightyColumns(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String help : Stream.of("--help", "--help-all")
                .filter(each -> each.equals("--help") || command.equals("train") || command.equals("tune"))
                .toList()) {
            Batchmill.run(Terminal.to(out, out), command, help);
        }
        assertThat(out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.length() > 80))
                .isEmpty();
    }
}

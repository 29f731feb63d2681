package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a user's terminal shows of ND4J: nothing, and one line where its natives are missing. */
@Tag("concurrent")
class TerminalTest {

    private static List<String> run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("-Xmx512m");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OneStep.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        // SLF4J's own complaint that these tests have no logging backend; the distribution has one.
        return printed.lines().filter(line -> !line.startsWith("SLF4J(W)")).toList();
    }

    @Test
    void shouldPrintNothing() throws IOException, InterruptedException {
        String extension = System.getProperty("org.bytedeco.javacpp.platform.extension", "");
        assertThat(run("-Dorg.bytedeco.javacpp.platform.extension=" + extension))
                .isEmpty();
    }

    @Test
    void shouldTellMissingNativesInOneLine() throws IOException, InterruptedException {
        assertThat(run("-Dorg.bytedeco.javacpp.platform=linux-none"))
                .hasSize(1)
                .first()
                .asString()
                .contains("ND4J");
    }
}

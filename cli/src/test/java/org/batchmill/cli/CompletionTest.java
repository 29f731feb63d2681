package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shell itself completes; compopt is for interactive ones alone. */
@Tag("concurrent")
class CompletionTest {

    private static final Path BASH = Path.of("/bin/bash");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"batchmill tra, train", "batchmill train --epo, --epochs", "batchmill pack vid, video"})
    void shouldCompleteCommandsAndOptions(String typed, String completed) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(BASH), "there is no /bin/bash here");
        Path file = Files.write(folder.resolve("completion.sh"), script());
        Process bash = new ProcessBuilder(
                        BASH.toString(),
                        "-c",
                        "source \"$0\"; compopt() { :; }; COMP_WORDS=(" + typed
                                + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                                + " _complete_batchmill; echo \"${COMPREPLY[@]}\"",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String reply = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(reply).isZero();
        assertThat(reply.split("\\s+")).contains(completed);
    }

    /** In the locale that the command sets itself: in another the shell's variables would have its digits. */
    private static byte[] script() {
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.ROOT);
            assertThat(Batchmill.run(Terminal.to(script, new ByteArrayOutputStream()), "generate-completion"))
                    .isZero();
        } finally {
            Locale.setDefault(before);
        }
        return script.toByteArray();
    }
}

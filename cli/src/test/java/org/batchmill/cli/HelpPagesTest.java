package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpPagesTest {

    private static String helpOf(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = Batchmill.run(Terminal.to(out, new ByteArrayOutputStream()), arguments);
        assertThat(code).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldShowWhatMostPeopleNeedOnOneScreenAndAHalf() {
        String help = helpOf("train", "yolo", "--help");
        assertThat(help.lines().count()).isLessThan(75);
        assertThat(help)
                .contains(
                        "Models: yolo-v1-mini (the usual one), yolo-v1-tiny,",
                        "--data=WHERE",
                        "--model=NAME",
                        "--epochs=N",
                        "--batch=N",
                        "--help-all")
                .doesNotContain("--hard-examples", "--dead-letters");
    }

    @Test
    void shouldShowAllInGroupsWhenAsked() {
        String help = helpOf("train", "--help-all");
        assertThat(help.lines())
                .containsSubsequence(
                        List.of("Data:", "Run:", "Optimization:", "Input:", "Engine:", "Kafka:", "Command:"));
        assertThat(help).contains("--hard-examples", "--dead-letters", "--data=WHERE");
    }

    @Test
    void shouldShowAllOptionsOfACommandWithFew() {
        assertThat(helpOf("sample", "--help")).contains("--count", "--seed").doesNotContain("--help-all");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"train", "tune", "eval", "detect", "pack images", "pack video", "demo", "produce", "broker"})
    void shouldFitIntoEightyColumns(String command) {
        String[] words = (command + " --help").split(" ");
        assertThat(helpOf(words).lines()).allMatch(line -> line.length() <= 80);
    }
}

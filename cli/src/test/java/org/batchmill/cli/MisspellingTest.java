package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisspellingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trian | there is no command trian; did you mean train? (batchmill --help)",
                "pack image x | there is no command image; did you mean images? (batchmill pack --help)",
                "paint | there is no command paint (batchmill --help)",
                // What is missing is not the news: it may be what was misspelt.
                "train yolo --dta x | there is no option --dta; did you mean --data? (batchmill train --help)",
                "train yolo --data x --epcohs=3 | there is no option --epcohs; did you mean --epochs? (batchmill train --help)",
                "train yolo --data x --no-autotun | there is no option --no-autotun; did you mean --no-autotune? (batchmill train --help)",
                "train yolo --data x --zzz | there is no option --zzz (batchmill train --help)",
            })
    void shouldSayWhatWasProbablyMeant(String arguments, String line) {
        assertThat(errorOf(arguments.split(" "))).isEqualTo("batchmill: " + line);
    }

    @ParameterizedTest
    @CsvSource({
        "train yool --data x, 'no task is called yool; did you mean yolo? There are yolo, '",
        "train yolo --data x --optimizer addam, 'no optimizer is called addam; did you mean adam? There are '",
        "train yolo --data x --policy yool, 'no policy is called yool; did you mean yolo? There are '",
    })
    void shouldNameTheNearestName(String arguments, String part) {
        assertThat(errorOf(arguments.split(" "))).contains(part);
    }

    @Test
    void shouldHintAtQuotesWhereTheShellOpenedAPattern(@TempDir Path folder) throws IOException {
        String one = Files.createFile(folder.resolve("a-0.tfrecord")).toString();
        String other = Files.createFile(folder.resolve("a-1.tfrecord")).toString();
        assertThat(errorOf("train", "yolo", "--data", one, other, "--steps", "3"))
                .isEqualTo("batchmill: --data takes one value, and " + other
                        + " is one more: where it was a pattern, quote it, as in --data 'records/*.tfrecord'"
                        + " (batchmill train --help)");
    }

    private static String errorOf(String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        int code = Batchmill.run(new Terminal(stream, stream, false, false), arguments);
        assertThat(code).isEqualTo(ExitCode.USAGE);
        return err.toString(StandardCharsets.UTF_8).strip();
    }
}

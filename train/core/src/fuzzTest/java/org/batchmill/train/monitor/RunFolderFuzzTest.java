package org.batchmill.train.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The files of a run's folder, of any content: what they said, or a data error that names the line. */
class RunFolderFuzzTest {

    enum Target {
        METRICS,
        CONFIG
    }

    @TempDir
    private Path folder;

    private static Fuzz fuzz(Target target) {
        String good =
                switch (target) {
                    case METRICS ->
                        """
                        step,loss,learning_rate,gradient_norm,images_per_second,waited_share,validation_loss,metric
                        1,0.5,0.1,,,0,,
                        2,,,,,,0.25,0.9
                        """;
                    case CONFIG -> "data: \"a\"\nsteps: 3\nclasses: [a, b]\n";
                };
        return Fuzz.of(
                        DataException.class,
                        "run-" + target.name().toLowerCase(Locale.ROOT),
                        List.of(good.getBytes(UTF_8)))
                .bounds(5, 3L << 30) // one scalar of YAML is copied kilobyte by kilobyte, up to a megabyte
                .words(
                        ",",
                        "\n",
                        "NaN",
                        "1e999",
                        "9".repeat(30),
                        "\u00ff",
                        "- ",
                        ": ",
                        "&a ",
                        "*a",
                        "[",
                        "{",
                        "!!float ");
    }

    private void parse(Target target, byte[] input) throws IOException {
        switch (target) {
            case METRICS -> MetricsCsv.read(Files.write(folder.resolve("metrics.csv"), input));
            case CONFIG -> RunConfig.read(Files.write(folder.resolve("config.yaml"), input));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadOrRefuseDamagedFiles(Target target) {
        fuzz(target).inputs(100, this, input -> parse(target, input));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedFiles(Target target) {
        fuzz(target).seconds(Fuzz.seconds(), this, input -> parse(target, input));
    }
}

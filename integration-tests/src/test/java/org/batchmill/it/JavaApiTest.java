package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.records.annotations.UdacityLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page on the Java API shows a program that compiles, is short, and runs. */
class JavaApiTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    Path folder;

    @Test
    void shouldShowTheClassThatIsCompiledHereInUnderThirtyLines() throws Exception {
        String source =
                Files.readString(ROOT.resolve("integration-tests/src/test/java/org/batchmill/it/TrainPilotNet.java"));
        String shown = source.substring(source.indexOf("public final class"));
        assertThat(shown.lines().count()).isLessThan(30);
        assertThat(Files.readString(ROOT.resolve("docs/java.md"))).contains("```java\n" + shown + "```");
    }

    @Test
    void shouldTrainPilotNetFromAMainMethod() throws Exception {
        Files.createDirectories(folder.resolve("drive/IMG"));
        List<UdacityLog.Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "IMG/" + i + ".png";
            try (Canvas road = Canvas.blank(64, 32, Rgb.of(i))) {
                road.write(folder.resolve("drive").resolve(name));
            }
            rows.add(new UdacityLog.Row(name, "", "", (i - 20) / 20f, .5f, 0, 20));
        }
        new UdacityLog(rows).write(folder.resolve("drive/driving_log.csv"));
        Path run = folder.resolve("run");
        TrainPilotNet.main(new String[] {folder.resolve("drive").toString(), run.toString(), "2"});
        assertThat(run.resolve("checkpoints/best.ckpt")).isNotEmptyFile();
        assertThat(run.resolve("report.html")).isNotEmptyFile();
    }
}

package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
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
        Path run = folder.resolve("run");
        TrainPilotNet.main(new String[] {
            drive("monday", 40).toString(), drive("tuesday", 10).toString(), run.toString(), "2"
        });
        assertThat(run.resolve("checkpoints/best.ckpt")).isNotEmptyFile();
        assertThat(run.resolve("report.html")).isNotEmptyFile();
    }

    /** The lines for JShell, with another place for the run. */
    @Test
    void shouldTrainInAShell() throws Exception {
        String page = Files.readString(ROOT.resolve("docs/java.md"));
        String section = page.substring(page.indexOf("## To try it out"));
        int start = section.indexOf("```java\n") + "```java\n".length();
        Path run = folder.resolve("line");
        String left = section.substring(start, section.indexOf("```", start)).replace("out/line", run.toString());
        assertThat(left.lines()).hasSize(4);
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                shell.addToClasspath(entry);
            }
            while (!left.isBlank()) {
                SourceCodeAnalysis.CompletionInfo statement =
                        shell.sourceCodeAnalysis().analyzeCompletion(left);
                assertThat(shell.eval(statement.source()))
                        .as(statement.source())
                        .allSatisfy(event -> {
                            assertThat(event.exception()).isNull();
                            assertThat(event.status()).isEqualTo(Snippet.Status.VALID);
                        });
                left = statement.remaining();
            }
        }
        assertThat(run.resolve("checkpoints/best.ckpt")).isNotEmptyFile();
    }

    /** A folder in the layout of Udacity's simulator. */
    private Path drive(String name, int frames) throws Exception {
        Path drive = folder.resolve(name);
        Files.createDirectories(drive.resolve("IMG"));
        List<UdacityLog.Row> rows = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            String image = "IMG/" + i + ".png";
            try (Canvas road = Canvas.blank(64, 32, Rgb.of(i))) {
                road.write(drive.resolve(image));
            }
            rows.add(new UdacityLog.Row(image, "", "", (i - frames / 2) / (float) frames, .5f, 0, 20));
        }
        new UdacityLog(rows).write(drive.resolve("driving_log.csv"));
        return drive;
    }
}

package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's two commands, in a clone of what is committed that has no ../shared beside it. */
@Tag("long")
@Tag("concurrent")
@Timeout(7200)
class CloneTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    Path folder;

    private Path makeClone() throws IOException, InterruptedException {
        assumeTrue(Files.exists(ROOT.resolve(".git")), "these sources are no git repository, which could be cloned");
        Path clone = folder.resolve("batchmill");
        run(folder, "git", "clone", "--quiet", ROOT.toString(), clone.toString());
        return clone;
    }

    /** All in the order of the page, each with the files of those before it. */
    @Test
    void shouldRunEveryCommandOfTheReadme() throws Exception {
        Path clone = makeClone();
        List<String> commands = DocumentedCommandsTest.commandsOf(Files.readString(clone.resolve("README.md")))
                .filter(line -> !line.equals("./batchmill demo")) // the other test's
                .toList();
        assertThat(commands).hasSizeGreaterThan(12).contains("./batchmill broker");
        Process broker = null;
        try {
            for (String line : commands) {
                if (line.equals("./batchmill broker")) {
                    Path log = folder.resolve("broker.txt");
                    Process started = new ProcessBuilder("bash", "-c", "exec " + line)
                            .directory(clone.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
                    broker = started;
                    Await.until(
                            "the broker",
                            () -> !started.isAlive() || Files.readString(log).contains("answers at localhost:9092"));
                    assertThat(started.isAlive()).as(Files.readString(log)).isTrue();
                } else {
                    run(clone, "bash", "-c", line);
                }
            }
        } finally {
            if (broker != null) {
                broker.destroy();
                broker.waitFor();
            }
        }
    }

    @Test
    void shouldDrawTheDemoAndPassTheTests() throws Exception {
        Path clone = makeClone();
        assertThat(Files.readString(clone.resolve("README.md"))).contains("    ./batchmill demo ", "    mvn verify ");
        assertThat(folder.resolve("shared")).doesNotExist();
        run(clone, clone.resolve("batchmill").toString(), "demo", "--out", "out/demo");
        assertThat(run(clone, "mvn", "--batch-mode", "--no-transfer-progress", "verify"))
                .contains("BUILD SUCCESS", "Skipped tests: ");
    }

    /** What it says; its exit code must be 0. */
    private String run(Path where, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "said-", ".txt");
        int code = new ProcessBuilder(List.of(command))
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        String said = Files.readString(log);
        assertThat(code).as(said).isZero();
        return said;
    }
}

package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    @Test
    void shouldDrawTheDemoAndPassTheTests() throws Exception {
        assumeTrue(Files.exists(ROOT.resolve(".git")), "these sources are no git repository, which could be cloned");
        Path clone = folder.resolve("batchmill");
        run(folder, "git", "clone", "--quiet", ROOT.toString(), clone.toString());
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

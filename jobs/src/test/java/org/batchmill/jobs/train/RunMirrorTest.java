package org.batchmill.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.jobs.JobListener;
import org.batchmill.testing.FaultyDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class RunMirrorTest {

    @TempDir
    Path folder;

    /** A checkpoint that made room while the run's files were looked for ended the training. */
    @Test
    void shouldPassOverWhatTheTrainingRemovesMeanwhile() throws Exception {
        Path run = Files.createDirectories(folder.resolve("run"));
        Files.writeString(run.resolve("metrics.csv"), "step\n");
        Path checkpoints = Files.createDirectories(run.resolve("checkpoints"));
        Files.writeString(checkpoints.resolve("step-1.ckpt"), "old");
        Files.writeString(checkpoints.resolve("step-2.ckpt"), "new");
        Path copy = folder.resolve("copy");
        FaultyDisk disk = new FaultyDisk(Integer.MAX_VALUE, false);
        disk.vanish("step-1.ckpt");

        try (RunMirror mirror = new RunMirror(disk.on(run), copy.toString(), new JobListener() {})) {
            mirror.finish();
        }

        assertThat(copy.resolve("metrics.csv")).hasContent("step\n");
        assertThat(copy.resolve("checkpoints")).isDirectoryContaining("glob:**step-2.ckpt");
        assertThat(copy.resolve("checkpoints/step-1.ckpt")).doesNotExist();
    }
}

package org.batchmill.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.testing.FaultyDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class CheckpointFolderTest {

    @TempDir
    Path folder;

    private static List<String> names(CheckpointFolder checkpoints) throws IOException {
        return checkpoints.list().stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }

    @Test
    void shouldKeepTheLastAndTheBest() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        checkpoints.saveBest(TestCheckpoints.of(8));
        for (long step : new long[] {8, 9, 10, 11, 100}) {
            checkpoints.save(TestCheckpoints.of(step));
        }
        assertThat(names(checkpoints))
                .containsExactly("step-000000100.ckpt", "step-000000011.ckpt", "step-000000010.ckpt");
        assertThat(checkpoints.best()).contains(folder.resolve("best.ckpt"));
        assertThat(checkpoints.loadLatest(false).checkpoint().progress().step()).isEqualTo(100);
    }

    @Test
    void shouldForgetLaterStepsThatARunHasGoneBackBehind() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        checkpoints.save(TestCheckpoints.of(10));
        checkpoints.save(TestCheckpoints.of(20));
        checkpoints.save(TestCheckpoints.of(15));
        assertThat(names(checkpoints)).containsExactly("step-000000015.ckpt", "step-000000010.ckpt");
    }

    @Test
    void shouldFallBackToAnOlderOneOnlyWhenAsked() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        checkpoints.save(TestCheckpoints.of(1));
        damage(checkpoints.save(TestCheckpoints.of(2)));
        assertThatThrownBy(() -> checkpoints.loadLatest(false))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("step-000000002.ckpt: corrupt");
        CheckpointFolder.Loaded loaded = checkpoints.loadLatest(true);
        assertThat(loaded.checkpoint().progress().step()).isEqualTo(1);
        assertThat(loaded.skipped()).singleElement().asString().contains("step-000000002.ckpt: corrupt");
    }

    @Test
    void shouldFailWhereNoneIsLeft() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        assertThatThrownBy(() -> checkpoints.loadLatest(true)).hasMessage(folder + ": missing: holds no checkpoint");
        damage(checkpoints.save(TestCheckpoints.of(2)));
        assertThatThrownBy(() -> checkpoints.loadLatest(true)).hasMessageContaining("corrupt");
    }

    @Test
    void shouldLeaveAGoodCheckpointWhereverTheDiskFails() throws IOException {
        for (boolean powerCut : new boolean[] {false, true}) {
            int failing = 0;
            boolean failed = true;
            while (failed) {
                Path run = Files.createDirectory(folder.resolve(failing + "-" + powerCut));
                new CheckpointFolder(run, 1).save(TestCheckpoints.of(1));
                FaultyDisk disk = new FaultyDisk(failing++, powerCut);
                failed = fails(new CheckpointFolder(disk.on(run), 1));
                CheckpointFolder.Loaded loaded = new CheckpointFolder(run, 1).loadLatest(false);
                assertThat(loaded.checkpoint().progress().step())
                        .as("after %s", disk.changes())
                        .isIn(1L, 2L);
                if (!failed) {
                    assertThat(loaded.checkpoint().progress().step()).isEqualTo(2);
                    assertThat(disk.changes())
                            .extracting(change -> change.substring(0, change.indexOf(' ')))
                            .contains("open", "write", "flush", "rename", "delete");
                }
            }
            assertThat(failing).as("faults tried").isGreaterThan(10);
        }
    }

    private static boolean fails(CheckpointFolder checkpoints) {
        try {
            checkpoints.save(TestCheckpoints.of(2));
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
            return true;
        }
    }

    @Test
    void shouldLetOneWriterIntoARunFolder() throws IOException {
        RunLock first = RunLock.take(folder);
        assertThatThrownBy(() -> RunLock.take(folder))
                .isInstanceOf(UsageException.class)
                .hasMessage(folder + ": another training writes here (process "
                        + ProcessHandle.current().pid() + ")");
        first.close();
        RunLock.take(folder).close();
    }

    @Test
    void shouldKeepOutAWriterOfAnotherProcess() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("holding");
            assertThatThrownBy(() -> RunLock.take(folder))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("(process " + other.pid() + ")");
        } finally {
            other.destroyForcibly().waitFor();
        }
        RunLock.take(folder).close();
    }

    /** Takes the lock and waits to be killed. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] args) throws Exception {
            try (RunLock lock = RunLock.take(Path.of(args[0]))) {
                System.out.println(lock == null ? "refused" : "holding");
                System.in.read(); // until the test ends
            }
        }
    }
}

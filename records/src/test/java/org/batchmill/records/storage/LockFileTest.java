package org.batchmill.records.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
@Timeout(300)
class LockFileTest {

    @TempDir
    Path folder;

    /** What another process finds: prints whether it got the file, and keeps it until it is killed or told to end. */
    static final class Other {
        private Other() {}

        public static void main(String[] args) throws Exception {
            System.out.println(LockFile.take(Path.of(args[0])).isPresent() ? "holds" : "refused");
            System.in.read();
        }
    }

    private static Process other(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT) // a JVM says there what options it was given
                .start();
    }

    private static void expect(String answer, Path file) throws Exception {
        Process other = other(file);
        try {
            assertThat(other.inputReader().readLine()).isEqualTo(answer);
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldBeHeldByOneUnderAllItsNames() throws Exception {
        Path file = folder.resolve("lock");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder).resolve("lock");
        LockFile held = LockFile.take(file).orElseThrow();
        assertThat(LockFile.take(file)).isEmpty();
        assertThat(LockFile.take(link)).isEmpty();
        assertThat(LockFile.holder(file))
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        held.close();
        held.close();
        LockFile again = LockFile.take(link).orElseThrow();
        again.remove();
        assertThat(file).doesNotExist();
        assertThat(LockFile.holder(file)).isEmpty();
    }

    /** On POSIX systems a process loses its lock when it closes any channel to the file, so it must not open another. */
    @Test
    void shouldStillBeHeldWhenThisProcessWasRefusedIt() throws Exception {
        Path file = folder.resolve("lock");
        try (LockFile held = LockFile.take(file).orElseThrow()) {
            assertThat(LockFile.take(file)).isEmpty();
            assertThat(LockFile.holder(file)).isNotEmpty();
            expect("refused", file);
            assertThat(held).isNotNull();
        }
        expect("holds", file);
    }

    @Test
    void shouldNotBeKeptByADeadProcess() throws Exception {
        Path file = folder.resolve("lock");
        Process other = other(file);
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("holds");
            assertThat(LockFile.take(file)).isEmpty();
            assertThat(LockFile.holder(file)).isEqualTo(Long.toString(other.pid()));
        } finally {
            other.destroyForcibly().waitFor();
        }
        LockFile.take(file).orElseThrow().remove();
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldNameTheFileWhereItCannotBeWritten() {
        Path file = folder.resolve("missing").resolve("lock");
        assertThatThrownBy(() -> LockFile.take(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": cannot be written: ");
    }
}

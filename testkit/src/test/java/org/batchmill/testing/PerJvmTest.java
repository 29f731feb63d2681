package org.batchmill.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@Tag("concurrent")
class PerJvmTest {

    /** A JVM that asks three times, of which the first fails. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] arguments) throws Exception {
            int[] asked = {0};
            PerJvm<AutoCloseable> shared = new PerJvm<>("shared", folder -> {
                System.out.println(Files.writeString(folder.resolve("file"), "kept"));
                if (asked[0]++ == 0) {
                    throw new IllegalStateException("not yet");
                }
                return () -> System.out.println(Files.readString(folder.resolve("file")));
            });
            try {
                shared.get();
            } catch (IllegalStateException e) {
                System.out.println(e.getMessage());
            }
            AutoCloseable first = shared.get();
            System.out.println(first == shared.get());
            System.exit(0); // as Surefire ends one
        }
    }

    @Test
    void shouldBeMadeOnceAndClosedWithItsFolderWhenTheJvmEnds() throws Exception {
        Process asking = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Asking.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT) // a JVM says there what options it was given
                .start();
        String said = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(asking.waitFor()).as(said).isZero();
        String[] lines = said.split("\n", -1);
        assertThat(lines).containsExactly(lines[0], "not yet", lines[2], "true", "kept", "");
        assertThat(Path.of(lines[0]).getParent()).doesNotExist();
        assertThat(Path.of(lines[2]).getParent()).doesNotExist();
        assertThat(lines[0]).isNotEqualTo(lines[2]);
    }
}

package org.batchmill.records.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.batchmill.records.MissingPartException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("concurrent")
class ArrowMemoryTest {

    /** What a program does that was started without Arrow's option. */
    static final class Closed {
        public static void main(String[] arguments) {
            try {
                ArrowMemory.allocator().close();
            } catch (MissingPartException e) {
                System.out.print(e.getMessage());
            }
        }
    }

    @Test
    void shouldSayWithWhatToStartJava() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Closed.class.getName()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(said)
                .contains("start Java with --add-opens=java.base/java.nio=ALL-UNNAMED")
                .doesNotContain("\n");
    }
}

package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {

    @TempDir
    Path folder;

    /** Turns a source into bytes that tell what it was given, and counts. */
    private static final class Counting implements KernelCompiler {
        private final String identity;
        private int compiled;

        Counting(String identity) {
            this.identity = identity;
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public byte[] compile(String source, String target) {
            compiled++;
            return (source + target + identity).getBytes(StandardCharsets.UTF_8);
        }
    }

    private final Counting compiler = new Counting("1");

    private byte[] cubin(String source, String target, KernelCompiler by) {
        return new KernelCache(folder.resolve("kernels")).cubin(source, target, by);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("kernels"))) {
            return files.toList();
        }
    }

    @Test
    void shouldCompileOnce() throws IOException {
        byte[] first = cubin("a", "sm_90", compiler);
        byte[] second = cubin("a", "sm_90", compiler);

        assertThat(compiler.compiled).isEqualTo(1);
        assertThat(second).containsExactly(first);
        assertThat(files()).hasSize(1);
    }

    @Test
    void shouldCompileAnewForAnotherSourceDeviceOrCompiler() {
        Counting newer = new Counting("2");
        byte[] first = cubin("a", "sm_90", compiler);

        assertThat(cubin("b", "sm_90", compiler)).isNotEqualTo(first);
        assertThat(cubin("a", "sm_80", compiler)).isNotEqualTo(first);
        assertThat(cubin("a", "sm_90", newer)).isNotEqualTo(first);
        assertThat(compiler.compiled).isEqualTo(3);
        assertThat(newer.compiled).isEqualTo(1);
    }

    @Test
    void shouldCompileAnewWhereTheFileIsDamaged() throws IOException {
        byte[] first = cubin("a", "sm_90", compiler);
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 10, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));

            assertThat(cubin("a", "sm_90", compiler)).containsExactly(first);
        }
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThat(cubin("a", "sm_90", compiler)).containsExactly(first);
        assertThat(compiler.compiled).isEqualTo(5);
    }

    @Test
    void shouldDoWithoutAFolderThatCannotBeMade() throws IOException {
        Files.writeString(folder.resolve("kernels"), "a file");

        assertThat(cubin("a", "sm_90", compiler)).isNotEmpty();
        assertThat(cubin("a", "sm_90", compiler)).isNotEmpty();
        assertThat(compiler.compiled).isEqualTo(2);
    }

    @Test
    void shouldKeepNothingOfASourceThatDoesNotCompile() {
        KernelCompiler failing = new KernelCompiler() {
            @Override
            public String identity() {
                return "failing";
            }

            @Override
            public byte[] compile(String source, String target) {
                throw new IllegalStateException("kernels do not compile");
            }
        };

        assertThatThrownBy(() -> cubin("a", "sm_90", failing)).hasMessage("kernels do not compile");
        assertThat(folder.resolve("kernels")).doesNotExist();
    }
}

package org.batchmill.engine.cudnn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CUDA C++ source of our kernels, as one text: resources in {@code kernels/}, each using those before it. */
final class KernelSource {

    private static final List<String> FILES =
            List.of("numbers", "input", "activation", "random", "loss", "yolo", "update");

    private KernelSource() {}

    /** All of it; {@code #line} tells a compiler's messages which file a line is from. */
    static String text() {
        StringBuilder text = new StringBuilder();
        for (String file : FILES) {
            text.append("#line 1 \"").append(file).append(".cu\"\n").append(read("kernels/" + file + ".cu"));
        }
        return text.toString();
    }

    private static String read(String resource) {
        try (InputStream in = KernelSource.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the engine's jar lacks " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

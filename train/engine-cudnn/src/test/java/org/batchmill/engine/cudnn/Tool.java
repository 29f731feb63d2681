package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A compiler of this machine, if it has it. */
final class Tool {

    static final Tool GXX = new Tool("g++");

    /** On the path, or where NVIDIA's packages put it. */
    static final Tool NVCC = new Tool("nvcc", "/usr/local/cuda/bin/nvcc");

    private final String found;

    private Tool(String... places) {
        found = Stream.of(places).filter(Tool::starts).findFirst().orElse(null);
    }

    boolean works() {
        return found != null;
    }

    private static boolean starts(String place) {
        try {
            Process process = new ProcessBuilder(place, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs it; its messages become the failure's. */
    void run(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(found));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}

package org.batchmill.train.host.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which machine code a GPU runs: 7.5 is Turing, 8.0 and 8.6 Ampere, 8.9 Ada, 9.0 Hopper, 10 and 12 Blackwell. A GPU runs what was made for
 * its own first number, up to its second.
 */
public record ComputeCapability(int major, int minor) {

    /** NVIDIA's program answers at once, or after it started the driver. */
    private static final int MOST_SECONDS = 60;

    private static final Pattern ANSWER = Pattern.compile("(\\d{1,2})\\.(\\d)\\s*");

    /**
     * Of each GPU, as the driver's {@code nvidia-smi} tells it; nothing where that is not there, or does not tell. Its order is that of
     * the slots, which CUDA's is not where GPUs differ or {@code CUDA_VISIBLE_DEVICES} is set.
     *
     * @param root of the file system
     */
    public static List<ComputeCapability> ofEach(Path root) {
        return ask(root.resolve("usr/bin/nvidia-smi"));
    }

    private static List<ComputeCapability> ask(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--query-gpu=compute_cap", "--format=csv,noheader")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return List.of();
            }
            return process.exitValue() == 0
                    ? answer.lines().flatMap(line -> read(line).stream()).toList()
                    : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static Optional<ComputeCapability> read(String line) {
        Matcher numbers = ANSWER.matcher(line);
        return numbers.matches()
                ? Optional.of(
                        new ComputeCapability(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))))
                : Optional.empty();
    }

    /** {@code sm_90 (Hopper)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "sm_%d%d (%s)", major, minor, generation());
    }

    private String generation() {
        return switch (major) {
            case 5 -> "Maxwell";
            case 6 -> "Pascal";
            case 7 -> minor < 5 ? "Volta" : "Turing";
            case 8 -> minor < 9 ? "Ampere" : "Ada";
            case 9 -> "Hopper";
            case 10, 11, 12 -> "Blackwell";
            default -> major < 5 ? "Kepler" : "newer than Blackwell";
        };
    }
}

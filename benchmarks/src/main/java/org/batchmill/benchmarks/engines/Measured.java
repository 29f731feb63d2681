package org.batchmill.benchmarks.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.batchmill.benchmarks.results.Median;

/** How steps are timed, the same for all: five to warm up, then for some seconds; the median. And the memory of this process. */
final class Measured {

    private static final int WARM_UP = 5;
    private static final int LEAST = 7;

    private Measured() {}

    /** Milliseconds of the median step. */
    static double medianMillis(Runnable step, double seconds) {
        for (int i = 0; i < WARM_UP; i++) {
            step.run();
        }
        double[] millis = new double[100_000];
        long end = System.nanoTime() + (long) (seconds * 1e9);
        int count = 0;
        while (count < LEAST || (System.nanoTime() < end && count < millis.length)) {
            long start = System.nanoTime();
            step.run();
            millis[count++] = (System.nanoTime() - start) * 1e-6;
        }
        return Median.of(Arrays.copyOf(millis, count));
    }

    /**
     * A line of Linux's account of this process, in bytes.
     *
     * @param key {@code VmRSS} for now, {@code VmHWM} for the most so far
     */
    static long memory(String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(key + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("/proc/self/status has no " + key);
    }
}

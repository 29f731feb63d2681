package org.batchmill.benchmarks.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Where something was measured. A plain value.
 *
 * @param cpu          its name as Linux tells it; the architecture elsewhere
 * @param cores        that this process may use
 * @param instructions the widest vectors that were used: {@code AVX-512}, {@code AVX2} or {@code other}
 * @param hidden       whether the CPU has wider ones, which were hidden from all libraries ({@link InstructionSet})
 * @param memoryGib    of the machine, rounded; 0 where it is not told
 * @param system       name and version
 * @param java         version of the JVM
 */
public record Machine(
        String cpu, int cores, String instructions, boolean hidden, long memoryGib, String system, String java) {

    private static final String AVX2 = "AVX2";
    private static final String AVX512 = "AVX-512";

    /** This one. */
    public static Machine here() throws IOException {
        Set<String> flags = Set.of(value("/proc/cpuinfo", "flags").split(" "));
        String most = flags.contains("avx512bw") ? AVX512 : flags.contains("avx2") ? AVX2 : "other";
        boolean hidden = InstructionSet.chosen().isPresent() && most.equals(AVX512);
        String name = value("/proc/cpuinfo", "model name");
        String kib = value("/proc/meminfo", "MemTotal").replaceAll("[^0-9]", "");
        return new Machine(
                name.isEmpty() ? System.getProperty("os.arch") : name,
                Runtime.getRuntime().availableProcessors(),
                hidden ? AVX2 : most,
                hidden,
                kib.isEmpty() ? 0 : Math.round(Long.parseLong(kib) / (double) (1 << 20)),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.version"));
    }

    private static String value(String file, String key) throws IOException {
        Path path = Path.of(file);
        List<String> lines = Files.exists(path) ? Files.readAllLines(path) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("");
    }

    /** For people: {@code 2 cores of an Intel Xeon, AVX2 (AVX-512 hidden), 23 GiB, Linux 6.1, JDK 17.0.1}. */
    String describe() {
        return cores + (cores == 1 ? " core of " : " cores of ") + cpu + ", " + instructions
                + (hidden ? " (AVX-512 hidden)" : "") + (memoryGib > 0 ? ", " + memoryGib + " GiB" : "") + ", " + system
                + ", JDK " + java;
    }
}

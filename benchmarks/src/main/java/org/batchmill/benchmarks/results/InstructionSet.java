package org.batchmill.benchmarks.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hides AVX-512 from a process, so that it runs as on a machine that ends at AVX2: {@code BATCHMILL_ISA=avx2}, which the launcher heeds in
 * the same way. Libraries look at the CPU once, when they are loaded: it takes a process of its own.
 */
public final class InstructionSet {

    /** The variable of the environment. */
    public static final String VARIABLE = "BATCHMILL_ISA";

    private static final String AVX2 = "avx2";

    private InstructionSet() {}

    /** What was asked for; empty for all that the CPU has. */
    public static Optional<String> chosen() {
        String asked = System.getenv(VARIABLE);
        if (asked == null || asked.isEmpty()) {
            return Optional.empty();
        }
        if (!asked.equals(AVX2)) {
            throw new IllegalArgumentException(VARIABLE + " is avx2 or nothing, not " + asked);
        }
        return Optional.of(asked);
    }

    /**
     * Passes the choice on to a JVM that is about to start: the variables of oneDNN, libtorch, MKL, OpenCV and OpenBLAS, and Java's own
     * vectors.
     */
    public static List<String> onto(Map<String, String> environment) {
        List<String> options = new ArrayList<>();
        if (chosen().isPresent()) {
            environment.put("ONEDNN_MAX_CPU_ISA", "AVX2");
            environment.put("ATEN_CPU_CAPABILITY", AVX2);
            environment.put("MKL_ENABLE_INSTRUCTIONS", "AVX2");
            environment.put("OPENCV_CPU_DISABLE", "AVX512-SKX");
            environment.put("OPENBLAS_CORETYPE", "Haswell");
            options.add("-XX:UseAVX=2");
        }
        return options;
    }
}

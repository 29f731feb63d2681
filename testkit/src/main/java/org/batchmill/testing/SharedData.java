package org.batchmill.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Real data and golden numbers beside the checkout. Tests that use them are skipped, with the reason, where they are not. */
public final class SharedData {

    private SharedData() {}

    /** A file or folder below {@code shared/data}, for instance {@code bccd}; skips the calling test if it is not there. */
    public static Path data(String relative) {
        return existing("data", relative);
    }

    /** A file or folder below {@code shared/golden}; skips the calling test if it is not there. */
    public static Path golden(String relative) {
        return existing("golden", relative);
    }

    /** A file or folder below {@code shared/cases}; skips the calling test if it is not there. */
    public static Path cases(String relative) {
        return existing("cases", relative);
    }

    private static Path existing(String folder, String relative) {
        String root = System.getProperty("batchmill.shared", "../shared");
        Path path = Path.of(root).resolve(folder).resolve(relative).normalize();
        Assumptions.assumeTrue(Files.exists(path), "needs " + path + ", which is not on this machine");
        return path;
    }
}

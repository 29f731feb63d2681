package org.batchmill.augment.pixels;

import org.batchmill.records.MissingPartException;
import org.bytedeco.opencv.global.opencv_core;

/**
 * Loads OpenCV once and sets it up for a program that brings its own threads. Safe for use by many threads.
 */
public final class OpenCv {

    /** Why it does not load; null if it does. */
    private static final String FAILURE = load();

    private OpenCv() {}

    /**
     * Makes sure that OpenCV is loaded.
     *
     * @throws MissingPartException if its native library is not there or does not load
     */
    public static void require() {
        if (FAILURE != null) {
            throw new MissingPartException("OpenCV's native library does not load (" + FAILURE
                    + "); run `batchmill doctor`, or rebuild for this platform with -Djavacpp.platform=NAME");
        }
    }

    private static String load() {
        // JavaCPP counts the pages of mapped record files as memory of its own and refuses to allocate above a limit
        // derived
        // from the heap. Our memory is bounded by Arrow's allocator instead.
        String limit = "org.bytedeco.javacpp.maxphysicalbytes";
        if (System.getProperty(limit) == null) {
            System.setProperty(limit, "0");
        }
        try {
            // The workers are the parallelism: OpenCV's own threads would only compete with them.
            opencv_core.setNumThreads(1);
            return null;
        } catch (LinkageError e) {
            return e.toString();
        }
    }
}

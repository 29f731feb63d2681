package org.batchmill.augment.pixels;

import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.records.MissingPartException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;

/**
 * Loads OpenCV once, all of its modules that are used here, and sets it up for a program that brings its own threads. Safe for use by
 * many threads, interrupted ones too.
 */
public final class OpenCv {

    private static final Undisturbed<Void> LOADING = new Undisturbed<>("load-opencv", OpenCv::load);

    private OpenCv() {}

    /** Begins to load OpenCV and does not wait for it: it takes as long as opening a small data set. What fails is told by {@link #require}. */
    public static void begin() {
        LOADING.begin();
    }

    /**
     * Makes sure that OpenCV is loaded.
     *
     * @throws MissingPartException if its native library is not there or does not load
     */
    public static void require() {
        Throwable failure = LOADING.failure();
        if (failure != null) {
            throw new MissingPartException(
                    "OpenCV's native library does not load (" + failure
                            + "); run `batchmill doctor`, or rebuild for this platform with -Djavacpp.platform=NAME",
                    failure);
        }
    }

    private static Void load() {
        // JavaCPP counts the pages of mapped record files as memory of its own and refuses to allocate above a limit
        // derived from the heap. Our memory is bounded by Arrow's allocator instead.
        String limit = "org.bytedeco.javacpp.maxphysicalbytes";
        if (System.getProperty(limit) == null) {
            System.setProperty(limit, "0");
        }
        // The workers are the parallelism: OpenCV's own threads would only compete with them.
        opencv_core.setNumThreads(1);
        Loader.load(opencv_imgproc.class);
        Loader.load(opencv_imgcodecs.class);
        return null;
    }
}

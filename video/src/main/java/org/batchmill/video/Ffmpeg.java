package org.batchmill.video;

import java.nio.charset.StandardCharsets;
import org.batchmill.augment.pixels.OpenCv;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.MissingPartException;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;

/** The library as a whole: that it is there, what it may allocate, what its error numbers mean. */
final class Ffmpeg {

    /**
     * The largest single block that FFmpeg may ask for. Demuxers allocate what a header claims; 512 MiB is above every real index
     * and image.
     */
    private static final long LARGEST_ALLOCATION = 512L << 20;

    /** How many writers there are that need larger ones. */
    private static int writersOfLarge;

    private static final Undisturbed<Void> LOADING = new Undisturbed<>("load-ffmpeg", Ffmpeg::load);

    private Ffmpeg() {}

    /**
     * Loads all that reading and writing a video takes, OpenCV for turned and recoloured frames included.
     *
     * @throws MissingPartException if a native library cannot be loaded
     */
    static void require() {
        OpenCv.require();
        Throwable failure = LOADING.failure();
        if (failure != null) {
            throw new MissingPartException(
                    "FFmpeg's native library is missing for this machine (org.bytedeco:ffmpeg with the classifier of"
                            + " the platform): " + failure,
                    failure);
        }
    }

    private static Void load() {
        // What is wrong with a file is told by our exceptions, which name file and frame.
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        avutil.av_max_alloc(LARGEST_ALLOCATION);
        Loader.load(swscale.class);
        Loader.load(avcodec.class);
        Loader.load(avformat.class);
        return null;
    }

    /** Whether an encoder that asks for so many bytes at once would be refused. */
    static boolean isLarge(long bytes) {
        return bytes > LARGEST_ALLOCATION;
    }

    /** Lets FFmpeg ask for as much as it can, until {@link #refuseLarge()} has been called as often. */
    static synchronized void allowLarge() {
        if (writersOfLarge++ == 0) {
            avutil.av_max_alloc(Integer.MAX_VALUE);
        }
    }

    static synchronized void refuseLarge() {
        if (--writersOfLarge == 0) {
            avutil.av_max_alloc(LARGEST_ALLOCATION);
        }
    }

    static String message(int error) {
        byte[] text = new byte[256];
        avutil.av_strerror(error, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** Returns the result of a call, or throws if it is an error number. */
    static int check(int result, Kind kind, String where, String what) throws DataException {
        if (result < 0) {
            throw new DataException(kind, where, what + ": " + message(result));
        }
        return result;
    }
}

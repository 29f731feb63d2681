package org.batchmill.video;

import java.nio.charset.StandardCharsets;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.MissingPartException;
import org.bytedeco.ffmpeg.global.avutil;

/** The library as a whole: that it is there, what it may allocate, what its error numbers mean. */
final class Ffmpeg {

    /**
     * The largest single block that FFmpeg may ask for. Demuxers allocate what a header claims; 512 MiB is above every real index
     * and picture.
     */
    private static final long LARGEST_ALLOCATION = 512L << 20;

    /** Why the library cannot be used, or empty. */
    private static final String MISSING = load();

    private Ffmpeg() {}

    /** @throws MissingPartException if the native library cannot be loaded */
    static void require() {
        if (!MISSING.isEmpty()) {
            throw new MissingPartException(MISSING);
        }
    }

    private static String load() {
        try {
            // What is wrong with a file is told by our exceptions, which name file and frame.
            avutil.av_log_set_level(avutil.AV_LOG_QUIET);
            avutil.av_max_alloc(LARGEST_ALLOCATION);
            return "";
        } catch (LinkageError e) {
            return "FFmpeg's native library is missing for this machine (org.bytedeco:ffmpeg with the classifier of the"
                    + " platform): " + e.getMessage();
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

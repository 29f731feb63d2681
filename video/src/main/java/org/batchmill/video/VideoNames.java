package org.batchmill.video;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.batchmill.records.ForeignFiles;

/** What the names of files say of videos, whose bytes are not looked at. Stateless. */
public final class VideoNames {

    /** The ends of the names of videos that are read, to be shown. */
    public static final String SHOWN = "mp4, m4v, mkv, mov, webm, avi";

    /** Those ends, for patterns that do not look at case. */
    static final String SUFFIXES = SHOWN.replace(", ", "|");

    private static final Pattern READ = pattern(SUFFIXES);
    private static final Pattern FOREIGN =
            pattern("m?ts|m2ts?|mpe?g|m[12]v|wmv|asf|flv|f4v|3gp|3g2|og[gvm]|vob|mxf|rm|rmvb|h26[45]|hevc|y4m|ivf");

    private VideoNames() {}

    private static Pattern pattern(String suffixes) {
        return Pattern.compile("(?s)[^.].*\\.(" + suffixes + ")", Pattern.CASE_INSENSITIVE);
    }

    /** Whether a name, which may have folders before it, is one of a video of a container that is read; no hidden file's is. */
    public static boolean isVideo(String name) {
        return READ.matcher(name).matches();
    }

    /** Whether a name is one of a video of a container that is not read, so that whoever passes it over says so. */
    public static boolean isForeignVideo(String name) {
        return FOREIGN.matcher(name).matches();
    }

    /** What is to be said of videos that are left out, since they are in containers that are not read; empty if there are none. */
    public static Optional<String> foreignNotice(List<Path> videos) {
        return ForeignFiles.notice(
                videos, "a video is in a container that is not read", "videos are in containers that are not read");
    }
}

package org.batchmill.records.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.batchmill.records.ForeignFiles;

/** What the names of files say of images, whose bytes are not looked at. Stateless. */
public final class ImageNames {

    /** Those of images that are read, for patterns that do not look at case. */
    public static final String SUFFIXES = "jpe?g|jpe|jfif|png|bmp|gif|webp";

    private static final Pattern READ = pattern("[^.].*\\.(" + SUFFIXES + ")");

    private static final Pattern FOREIGN =
            pattern("[^.].*\\.(tiff?|heic|heif|avif|jp2|j2k|jxl|dng|mpo|p[bgnp]m|pfm|psd|svg|tga|hdr|exr|ico)");

    private ImageNames() {}

    private static Pattern pattern(String names) {
        return Pattern.compile(names, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** Whether a name, which may have folders before it, is one of an image of a format that is read; no hidden file's is. */
    public static boolean isImage(String name) {
        return READ.matcher(name).matches();
    }

    /** Whether a name is one of an image of a format that is not read, so that whoever passes it over says so. */
    public static boolean isForeignImage(String name) {
        return FOREIGN.matcher(name).matches();
    }

    /** What is to be said of images that are left out, since they are of formats that are not read; empty if there are none. */
    public static Optional<String> foreignNotice(List<Path> images) {
        return ForeignFiles.notice(
                images, "an image is of a format that is not read", "images are of formats that are not read");
    }
}

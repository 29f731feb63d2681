package org.batchmill.engine.torch.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The C library of a Linux system, which libtorch's natives are linked with. Looked at before they are loaded. */
public final class Glibc {

    private static final int OLDEST_MINOR = 35;

    private static final List<String> PLACES =
            List.of("lib/x86_64-linux-gnu/libc.so.6", "lib64/libc.so.6", "usr/lib64/libc.so.6", "usr/lib/libc.so.6");

    /** What the library says when it is run: {@code GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.}. */
    private static final Pattern VERSION = Pattern.compile("GNU C Library [^\\n]*version 2\\.(\\d+)");

    private Glibc() {}

    /**
     * Why libtorch cannot be loaded, in one line; null if nothing is known against it.
     *
     * @param root of the file system
     */
    public static String problem(Path root) {
        for (String place : PLACES) {
            Path library = root.resolve(place);
            if (Files.isRegularFile(library)) {
                try {
                    Matcher matcher = VERSION.matcher(Files.readString(library, StandardCharsets.ISO_8859_1));
                    if (matcher.find()) {
                        int minor = Integer.parseInt(matcher.group(1));
                        return minor >= OLDEST_MINOR
                                ? null
                                : "libtorch needs glibc 2." + OLDEST_MINOR + " or newer; this system has 2." + minor;
                    }
                } catch (IOException e) {
                    // The linker will say what it thinks of it.
                    return null;
                }
            }
        }
        return null;
    }
}

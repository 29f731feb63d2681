package org.batchmill.jobs.train;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names for folders that nobody has yet: the date and time, to the second, are part of them. Stateless. */
public final class FreshFolder {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

    private FreshFolder() {}

    /** {@code parent/what-DATE-TIME}. */
    public static Path below(Path parent, String what) {
        return parent.resolve(
                what + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(DATE));
    }
}

package org.batchmill.jobs.train;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names for folders that nobody has yet: the date and time, to the millisecond, are part of them, since a loop of a shell starts several
 * trainings within a second. No name is given twice by this process. Thread-safe.
 */
public final class FreshFolder {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

    /** The time of the last name, in milliseconds since 1970. */
    private static final AtomicLong LAST = new AtomicLong();

    private FreshFolder() {}

    /** {@code parent/what-DATE-TIME-MILLISECONDS}. */
    public static Path below(Path parent, String what) {
        long now = System.currentTimeMillis();
        long time = LAST.updateAndGet(last -> Math.max(last + 1, now));
        return parent.resolve(
                what + "-" + DATE.format(Instant.ofEpochMilli(time).atZone(ZoneId.systemDefault())));
    }
}

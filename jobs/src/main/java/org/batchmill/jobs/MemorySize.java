package org.batchmill.jobs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.UsageException;

/** Reads numbers of bytes as people write them: {@code 512m}, {@code 2g}, {@code 1.5g}, {@code 1048576}. */
public final class MemorySize {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([kmgt]?)(?:i?b)?");

    private MemorySize() {}

    /** @throws UsageException if the text is no size */
    public static long parse(String text) {
        Matcher size = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new UsageException("not a size in bytes: " + text + "; 512m or 2g for instance");
        }
        int power = size.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(size.group(2));
        return (long) (Double.parseDouble(size.group(1)) * Math.pow(1024, power));
    }
}

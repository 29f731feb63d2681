package org.batchmill.jobs.options;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.UsageException;

/**
 * A number of bytes, at least 1, written {@code 512m}, {@code 2g}, {@code 1.5g} or {@code 1048576}. Immutable.
 */
public record Bytes(long count) {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([kmgt]?)(?:i?b)?");
    private static final String UNITS = "kmgt";
    private static final double MEBIBYTE = 1 << 20;

    public Bytes {
        if (count < 1) {
            throw new UsageException("a size is at least 1 byte, not " + count);
        }
    }

    /** @throws UsageException if the text is no size */
    public static Bytes parse(String text) {
        Matcher size = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new UsageException("'" + text + "' is no size such as 512m or 2g");
        }
        int power = size.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(size.group(2));
        return new Bytes((long) (Double.parseDouble(size.group(1)) * Math.pow(1024, power)));
    }

    /** So many MiB; of more than a number of bytes can count, as many as it can. */
    public static Bytes mebibytes(long count) {
        return new Bytes(count > Long.MAX_VALUE >> 20 ? Long.MAX_VALUE : count << 20);
    }

    /** A size for people, to a tenth: {@code 12.3 MiB}. */
    public static String rough(long count) {
        return String.format(Locale.ROOT, "%.1f MiB", count / MEBIBYTE);
    }

    /** In the largest unit that divides it. */
    @Override
    public String toString() {
        int unit = 0;
        long left = count;
        while (left % 1024 == 0 && unit < UNITS.length()) {
            left /= 1024;
            unit++;
        }
        return unit == 0 ? Long.toString(left) : left + UNITS.substring(unit - 1, unit);
    }
}

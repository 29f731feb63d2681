package org.batchmill.jobs.options;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.MemoryLimit;

/** A limit on a device's memory: a size, {@code 8g}, or a share of all of it, {@code 80%}. */
final class MemoryLimitText implements TextForm<MemoryLimit> {

    private static final Pattern PERCENT = Pattern.compile("(\\d+(?:\\.\\d+)?) ?%");

    @Override
    public MemoryLimit parse(String text) {
        Matcher percent = PERCENT.matcher(text.strip());
        if (!percent.matches()) {
            return MemoryLimit.ofBytes(Bytes.parse(text).count());
        }
        double share = Double.parseDouble(percent.group(1)) / 100;
        if (share <= 0 || share > 1) {
            throw new UsageException("'" + text + "' is no share of a memory: 1% to 100%");
        }
        return MemoryLimit.ofShare(share);
    }

    @Override
    public Object write(MemoryLimit limit) {
        return limit.bytes() > 0
                ? new Bytes(limit.bytes()).toString()
                : String.format(Locale.ROOT, "%s%%", percent(limit.share() * 100));
    }

    /** Without digits that only the division brought. */
    private static String percent(double value) {
        double rounded = Math.round(value * 1e6) / 1e6;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }
}

package org.batchmill.jobs;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.UsageException;

/** The size of an image in pixels, written {@code HEIGHTxWIDTH}. */
public record PixelSize(int height, int width) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    /** @throws UsageException if the text is no size */
    public static PixelSize parse(String text) {
        Matcher numbers = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!numbers.matches() || text.matches("(?s)0+x.*|.*x0+")) {
            throw new UsageException("HEIGHTxWIDTH in pixels, for instance 66x200, not " + text);
        }
        return new PixelSize(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}

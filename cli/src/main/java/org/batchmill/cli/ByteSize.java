package org.batchmill.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes: {@code 4096}, {@code 64k}, {@code 512m} or {@code 2g}. */
final class ByteSize implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,11})([kmg]?)b?");
    private static final String UNITS = "kmg";

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no size such as 512m or 2g");
        }
        int unit = matcher.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(matcher.group(2));
        return Long.parseLong(matcher.group(1)) << (10 * unit);
    }
}

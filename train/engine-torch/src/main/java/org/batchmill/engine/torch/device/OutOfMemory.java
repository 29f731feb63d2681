package org.batchmill.engine.torch.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What libtorch throws where a device's memory is not enough, in one line with advice. Its own has many: what it wanted, what the GPU has and
 * what is free of that, what other processes and this one hold, and what {@code setMemoryFraction} allows.
 */
public final class OutOfMemory {

    private static final String SIZE = "(\\d+(?:\\.\\d+)? (?:[KMG]i?B|bytes))";
    private static final Pattern WANTED = Pattern.compile("[Tt]ried to allocate " + SIZE);
    private static final Pattern FREE = Pattern.compile("of which " + SIZE + " is free");
    private static final Pattern ALLOWED = Pattern.compile(SIZE + " allowed");

    private OutOfMemory() {}

    /**
     * What is to be thrown for a failure.
     *
     * @param device what the user calls it
     * @param rows   in the call
     */
    public static RuntimeException told(RuntimeException failure, String device, int rows) {
        String message = String.valueOf(failure.getMessage());
        return isIt(message.toLowerCase(Locale.ROOT))
                ? new UncheckedIOException(new IOException(
                        device + " has not enough memory for " + rows + " rows at a time" + numbers(message)
                                + ": take a smaller --batch or more --subdivisions",
                        failure))
                : failure;
    }

    private static boolean isIt(String message) {
        return message.contains("out of memory")
                || message.contains("can't allocate memory")
                || message.contains("not enough memory");
    }

    /** What libtorch says of sizes, in brackets; nothing if it says nothing. */
    private static String numbers(String message) {
        List<String> numbers = new ArrayList<>();
        add(numbers, WANTED.matcher(message), "%s more were wanted");
        add(numbers, FREE.matcher(message), "%s are free");
        add(numbers, ALLOWED.matcher(message), "--gpu-memory allows %s");
        return numbers.isEmpty() ? "" : " (" + String.join(", ", numbers) + ")";
    }

    private static void add(List<String> numbers, Matcher found, String form) {
        if (found.find()) {
            numbers.add(String.format(Locale.ROOT, form, found.group(1)));
        }
    }
}

package org.batchmill.engine.torch.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What goes wrong on a device, in one line: where its memory is not enough with advice, and where a GPU or one of its libraries fails, which comes
 * late, from any call that waits for it. libtorch's own words have many lines: what it wanted, what the GPU has and what is free of that, what
 * other processes and this one hold, what {@code setMemoryFraction} allows, and where in libtorch it was thrown.
 */
public final class DeviceFailure {

    private static final String SIZE = "(\\d+(?:\\.\\d+)? (?:[KMG]i?B|bytes))";
    private static final Pattern WANTED = Pattern.compile("[Tt]ried to allocate " + SIZE);
    private static final Pattern FREE = Pattern.compile("of which " + SIZE + " is free");
    private static final Pattern ALLOWED = Pattern.compile(SIZE + " allowed");

    /** Of allocators, and of libraries that wanted memory of their own. */
    private static final List<String> MEMORY = List.of(
            "out of memory",
            "can't allocate memory",
            "not enough memory",
            "cublas_status_alloc_failed",
            "cudnn_status_alloc_failed");

    private static final List<String> GPU =
            List.of("cuda error", "cudnn error", "cufft error", "cublas_status_", "cudnn_status_");

    private DeviceFailure() {}

    /**
     * What is to be thrown for a failure.
     *
     * @param device what the user calls it
     * @param rows   in the call
     */
    public static RuntimeException told(RuntimeException failure, String device, int rows) {
        String message = String.valueOf(failure.getMessage());
        if (contains(message.toLowerCase(Locale.ROOT), MEMORY)) {
            return new UncheckedIOException(new IOException(
                    device + " has not enough memory for " + rows + " rows at a time" + numbers(message)
                            + ": take a smaller --batch or more --subdivisions",
                    failure));
        }
        String first = message.lines().findFirst().orElse("").trim();
        return contains(first.toLowerCase(Locale.ROOT), GPU)
                ? new UncheckedIOException(new IOException(device + " failed: " + first, failure))
                : failure;
    }

    private static boolean contains(String message, List<String> words) {
        return words.stream().anyMatch(message::contains);
    }

    /** What libtorch says of sizes, in brackets; nothing if it says nothing. */
    private static String numbers(String message) {
        List<String> numbers = new ArrayList<>();
        add(numbers, WANTED.matcher(message), "%s more were wanted");
        add(numbers, FREE.matcher(message), "%s are free");
        add(numbers, ALLOWED.matcher(message), "%s are allowed");
        return numbers.isEmpty() ? "" : " (" + String.join(", ", numbers) + ")";
    }

    private static void add(List<String> numbers, Matcher found, String form) {
        if (found.find()) {
            numbers.add(String.format(Locale.ROOT, form, found.group(1)));
        }
    }
}

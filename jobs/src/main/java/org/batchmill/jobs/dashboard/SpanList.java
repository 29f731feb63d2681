package org.batchmill.jobs.dashboard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The spans of a trace in arrays, some 30 bytes each. Not thread-safe while it is being filled. */
final class SpanList {

    /** Of longer traces the first part is shown. */
    static final int MOST = 1 << 22;

    /** {@code step 17} is an operation {@code step} with the others. */
    private static final Pattern NUMBER = Pattern.compile(" \\d+$");

    private long[] starts = new long[1024];
    private long[] lengths = new long[1024];
    private final IntList names = new IntList();
    private final List<Name> known = new ArrayList<>();
    private final IntList operations = new IntList();
    private final List<Name> knownOperations = new ArrayList<>();
    private final Map<Name, Integer> numbers = new HashMap<>();
    private final Map<Name, Integer> operationNumbers = new HashMap<>();
    private final Map<Integer, IntList> byTrack = new HashMap<>();
    private final Map<Integer, String> trackNames = new HashMap<>();
    private List<Integer> order = List.of();
    private long lastEnd;

    /** What was done, and of which kind that is. */
    record Name(String name, String category) {}

    int size() {
        return names.size();
    }

    void track(int thread, String name) {
        trackNames.put(thread, name);
    }

    /** Adds a span, times in nanoseconds; false where there is no more room. */
    boolean add(int thread, String name, String category, long start, long nanos) {
        int size = size();
        if (size == MOST) {
            return false;
        }
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
        }
        starts[size] = start;
        lengths[size] = nanos;
        lastEnd = Math.max(lastEnd, start + nanos);
        names.add(number(new Name(name, category)));
        byTrack.computeIfAbsent(thread, key -> new IntList()).add(size);
        return true;
    }

    private int number(Name name) {
        Integer number = numbers.get(name);
        if (number == null) {
            number = known.size();
            known.add(name);
            numbers.put(name, number);
            Name operation = new Name(NUMBER.matcher(name.name()).replaceFirst(""), name.category());
            operations.add(operationNumbers.computeIfAbsent(operation, key -> {
                knownOperations.add(key);
                return knownOperations.size() - 1;
            }));
        }
        return number;
    }

    /** Names of the tracks that have spans, by their numbers in the trace. */
    List<String> tracks() {
        if (order.isEmpty()) {
            order = byTrack.keySet().stream().sorted().toList();
        }
        return order.stream()
                .map(thread -> trackNames.getOrDefault(thread, "thread " + thread))
                .toList();
    }

    /** A track's spans by their starts, those that hold others before them. */
    int[] ofTrack(int track) {
        IntList spans = byTrack.get(order.get(track));
        // A span is written when it ends, so that of two that start together the one that holds the other comes later.
        long[] keys = new long[spans.size()];
        int mask = MOST - 1;
        for (int i = 0; i < keys.length; i++) {
            keys[i] = starts[spans.get(i)] / 100 * MOST + (mask - i);
        }
        Arrays.sort(keys);
        int[] sorted = new int[keys.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = spans.get(mask - (int) (keys[i] & mask));
        }
        return sorted;
    }

    long start(int span) {
        return starts[span];
    }

    long nanos(int span) {
        return lengths[span];
    }

    long end(int span) {
        return starts[span] + lengths[span];
    }

    long lastEnd() {
        return lastEnd;
    }

    int nameOf(int span) {
        return names.get(span);
    }

    Name name(int number) {
        return known.get(number);
    }

    int operationOf(int span) {
        return operations.get(names.get(span));
    }

    Name operation(int number) {
        return knownOperations.get(number);
    }
}

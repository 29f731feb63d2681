package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The spans of a trace in rows: a row for each track, and below it one for what lies inside other spans. Spans of a row lie one behind the
 * other, so that a part of it is found by halving. Times are in nanoseconds since the trace began. Immutable once it is read.
 */
final class Timeline {

    /** Columns of a part that is asked for: what is narrower than one of them is laid together. */
    private static final int COLUMNS = 800;

    private static final int MOST_OPERATIONS = 200;

    private final SpanList spans;
    private final List<Row> rows = new ArrayList<>();

    /** Spans one behind the other. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(int track, int depth, int[] spans) {}

    /** What one operation took together. */
    private static final class Total {
        private long count;
        private long nanos;
        private long longest;
    }

    Timeline(SpanList spans) {
        this.spans = spans;
        for (int track = 0; track < spans.tracks().size(); track++) {
            rows(track);
        }
    }

    /** A span that overlaps another without lying inside it has its place below it as well. */
    private void rows(int track) {
        List<IntList> levels = new ArrayList<>();
        long[] ends = new long[16];
        int open = 0;
        for (int span : spans.ofTrack(track)) {
            while (open > 0 && ends[open - 1] <= spans.start(span)) {
                open--;
            }
            if (open == ends.length) {
                ends = Arrays.copyOf(ends, 2 * open);
            }
            if (open == levels.size()) {
                levels.add(new IntList());
            }
            levels.get(open).add(span);
            ends[open++] = spans.end(span);
        }
        for (int depth = 0; depth < levels.size(); depth++) {
            rows.add(new Row(track, depth, levels.get(depth).toArray()));
        }
    }

    /** The end of the last span. */
    long end() {
        return spans.lastEnd();
    }

    /**
     * Writes the fields {@code names, rows: [{track, depth, spans}]} and {@code operations}. {@code spans} is flat: start and length in
     * microseconds, the name's index, how many spans it stands for; the name is that of the longest of them.
     */
    void write(JsonGenerator json, long from, long to) throws IOException {
        Map<Integer, Integer> names = new LinkedHashMap<>();
        Map<Integer, Total> totals = new LinkedHashMap<>();
        json.writeArrayFieldStart("rows");
        for (Row row : rows) {
            json.writeStartObject();
            json.writeStringField("track", spans.tracks().get(row.track()));
            json.writeNumberField("depth", row.depth());
            json.writeArrayFieldStart("spans");
            write(json, row.spans(), from, to, names, totals);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("names");
        for (int name : names.keySet()) {
            json.writeStartObject();
            json.writeStringField("name", spans.name(name).name());
            json.writeStringField("category", spans.name(name).category());
            json.writeEndObject();
        }
        json.writeEndArray();
        operations(json, totals);
    }

    private void write(
            JsonGenerator json, int[] row, long from, long to, Map<Integer, Integer> names, Map<Integer, Total> totals)
            throws IOException {
        long column = Math.max(1, (to - from) / COLUMNS);
        int i = firstEnding(row, from);
        while (i < row.length && spans.start(row[i]) < to) {
            int longest = row[i];
            int first = i;
            long left = spans.start(row[i]);
            long right = spans.end(row[i]);
            count(totals, row[i++]);
            // Spans that end within the column in which the first begins are one block.
            while (i < row.length && spans.end(row[i]) - left <= column && spans.start(row[i]) < to) {
                longest = spans.nanos(row[i]) > spans.nanos(longest) ? row[i] : longest;
                right = spans.end(row[i]);
                count(totals, row[i++]);
            }
            json.writeNumber(left / 1e3);
            json.writeNumber((right - left) / 1e3);
            json.writeNumber(names.computeIfAbsent(spans.nameOf(longest), name -> names.size()));
            json.writeNumber(i - first);
        }
    }

    private int firstEnding(int[] row, long from) {
        int low = 0;
        int high = row.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (spans.end(row[middle]) <= from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void count(Map<Integer, Total> totals, int span) {
        Total total = totals.computeIfAbsent(spans.operationOf(span), operation -> new Total());
        total.count++;
        total.nanos += spans.nanos(span);
        total.longest = Math.max(total.longest, spans.nanos(span));
    }

    /** Those that took most, longest first. */
    private void operations(JsonGenerator json, Map<Integer, Total> totals) throws IOException {
        List<Map.Entry<Integer, Total>> sorted = new ArrayList<>(totals.entrySet());
        sorted.sort(Comparator.comparingLong(one -> -one.getValue().nanos));
        json.writeArrayFieldStart("operations");
        for (Map.Entry<Integer, Total> one : sorted.subList(0, Math.min(MOST_OPERATIONS, sorted.size()))) {
            json.writeStartObject();
            json.writeStringField("name", spans.operation(one.getKey()).name());
            json.writeStringField("category", spans.operation(one.getKey()).category());
            json.writeNumberField("count", one.getValue().count);
            json.writeNumberField("total_ms", one.getValue().nanos / 1e6);
            json.writeNumberField("longest_ms", one.getValue().longest / 1e6);
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}

package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.io.NumberInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of a metrics.csv, thinned while they are read. Lines that are none of metrics are counted and passed over. Safe for use by
 * many threads.
 */
final class MetricsLog {

    private static final int MOST_COLUMNS = 64;
    private static final int LONGEST_NUMBER = 64;

    private final RunFile file;
    private final GrowingText text;
    private final Lines lines = new Lines(Long.MIN_VALUE, Long.MAX_VALUE);

    MetricsLog(RunFile file) {
        this.file = file;
        this.text = new GrowingText(file);
    }

    /**
     * What the file held when it was read.
     *
     * @param columns  by name, without the step
     * @param lastStep 0 before the first line
     * @param damaged  lines that could not be read
     */
    record Columns(Map<String, ThinnedSeries> columns, long lastStep, long damaged) {}

    /** Reads what is new. */
    synchronized void read() throws IOException {
        text.read(lines);
    }

    /** All steps in at most so many buckets. */
    synchronized Columns all(int buckets) throws IOException {
        read();
        return lines.columns(buckets);
    }

    /** The steps of a range, both ends included, as finely as there is room: reads the file anew. */
    Columns range(long from, long to, int buckets) throws IOException {
        Lines some = new Lines(from, to);
        new GrowingText(file).read(some);
        return some.columns(buckets);
    }

    private static final class Lines implements GrowingText.Taker {

        private final long from;
        private final long to;
        private List<String> names = List.of();
        private List<ThinnedSeries> series = List.of();
        private long lastStep;
        private long damaged;
        private boolean header;
        private final char[] number = new char[LONGEST_NUMBER];

        Lines(long from, long to) {
            this.from = from;
            this.to = to;
        }

        Columns columns(int buckets) {
            Map<String, ThinnedSeries> columns = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                columns.put(names.get(i), series.get(i).atMost(buckets));
            }
            return new Columns(columns, lastStep, damaged);
        }

        @Override
        public void begin() {
            header = true;
            lastStep = 0;
            damaged = 0;
            names = List.of();
            series = List.of();
        }

        @Override
        public void line(byte[] bytes, int start, int end) {
            if (header) {
                header = false;
                head(new String(bytes, start, end - start, StandardCharsets.UTF_8).split(",", -1));
                return;
            }
            int comma = comma(bytes, start, end);
            long step = step(bytes, start, comma);
            if (step < 0) {
                damaged++;
                return;
            }
            lastStep = Math.max(lastStep, step);
            if (step < from || step > to) {
                return;
            }
            boolean whole = true;
            int at = comma;
            for (int column = 0; column < series.size(); column++) {
                if (at >= end) {
                    whole = false;
                    break;
                }
                int next = comma(bytes, at + 1, end);
                if (next > at + 1) {
                    whole &= value(bytes, at + 1, next, step, series.get(column));
                }
                at = next;
            }
            damaged += whole ? 0 : 1;
        }

        private void head(String[] words) {
            names = new ArrayList<>();
            series = new ArrayList<>();
            for (int i = 1; i < Math.min(words.length, MOST_COLUMNS); i++) {
                names.add(words[i]);
                series.add(new ThinnedSeries());
            }
        }

        private static int comma(byte[] bytes, int start, int end) {
            int i = start;
            while (i < end && bytes[i] != ',') {
                i++;
            }
            return i;
        }

        /** -1 if it is none. */
        private static long step(byte[] bytes, int start, int end) {
            if (start == end || end - start > 18) {
                return -1;
            }
            long step = 0;
            for (int i = start; i < end; i++) {
                if (bytes[i] < '0' || bytes[i] > '9') {
                    return -1;
                }
                step = 10 * step + bytes[i] - '0';
            }
            return step;
        }

        /** Read by Jackson's parser, which finds the same double as the JDK's in a tenth of its time. */
        private boolean value(byte[] bytes, int start, int end, long step, ThinnedSeries its) {
            int length = end - start;
            if (length > LONGEST_NUMBER) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                number[i] = (char) (bytes[start + i] & 0xff);
            }
            try {
                its.add(step, NumberInput.parseDouble(number, 0, length, true));
                return true;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }
}

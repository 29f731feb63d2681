package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.channels.Channels;
import java.util.Map;
import java.util.TreeMap;

/**
 * The trace of a run, in the trace event format of Chrome as {@code TraceWriter} writes it: read when it is asked for, and kept while there
 * is memory for it. Safe for use by many threads.
 */
final class TraceLog {

    /** Two days; what is later is no time of a training's trace, and would not fit into a number that spans are sorted by. */
    private static final double LATEST_MICROS = 2e11;

    private static final int MOST_COUNTERS = 64;
    private static final int COUNTER_BUCKETS = 512;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final RunFile file;
    private RunFile.Stamp seen;
    private SoftReference<Content> kept = new SoftReference<>(null);

    TraceLog(RunFile file) {
        this.file = file;
    }

    /**
     * What the file held when it was read.
     *
     * @param counters by name, over microseconds
     * @param leftOut  spans for which there was no room
     * @param problem  null, or why the rest of the file could not be read
     */
    private record Content(Timeline spans, Map<String, ThinnedSeries> counters, long leftOut, String problem) {}

    /**
     * A part of the trace: {@code from, to} and {@code end} in microseconds, what {@link Timeline#write} writes, and {@code counters}; an
     * empty object where there is no trace.
     *
     * @param from in microseconds
     * @param to   in microseconds; the end is where the trace ends at the latest
     */
    Answer part(long from, long to) throws IOException {
        Content content = content();
        if (content == null) {
            return Answer.json("{}");
        }
        long end = content.spans().end();
        long last = to >= end / 1000 ? end : Math.max(1, to) * 1000;
        long first = Math.max(0, Math.min(from, last / 1000 - 1)) * 1000;
        return Answer.json(SeriesJson.bytes(json -> {
            json.writeNumberField("from", first / 1e3);
            json.writeNumberField("to", last / 1e3);
            json.writeNumberField("end", end / 1e3);
            json.writeNumberField("leftOut", content.leftOut());
            if (content.problem() != null) {
                json.writeStringField("problem", content.problem());
            }
            content.spans().write(json, first, last);
            SeriesJson.series(json, "counters", content.counters());
        }));
    }

    /** Null if there is none. */
    private synchronized Content content() throws IOException {
        RunFile.Stamp now = file.stamp();
        if (now == null) {
            return null;
        }
        Content content = now.equals(seen) ? kept.get() : null;
        if (content == null) {
            content = read();
            kept = new SoftReference<>(content);
            seen = now;
        }
        return content;
    }

    private Content read() throws IOException {
        Reading reading = new Reading();
        String problem = null;
        try (InputStream in = Channels.newInputStream(file.open());
                JsonParser json = FACTORY.createParser(in)) {
            reading.events(json);
        } catch (JsonProcessingException e) {
            problem = e.getOriginalMessage();
        } catch (CharConversionException e) {
            problem = e.getMessage(); // what does not look like UTF-8 is taken for UTF-32
        }
        Map<String, ThinnedSeries> counters = new TreeMap<>();
        reading.counters.forEach((name, series) -> counters.put(name, series.atMost(COUNTER_BUCKETS)));
        return new Content(new Timeline(reading.spans), counters, reading.leftOut, problem);
    }

    private static final class Reading {

        private final SpanList spans = new SpanList();
        private final Map<String, ThinnedSeries> counters = new TreeMap<>();
        private long leftOut;
        private String phase;
        private String name;
        private String category;
        private int thread;
        private double start;
        private double length;
        private String label;
        private double value;

        /** Every object below an array is an event: of traceEvents, or of the file where it is a list alone. */
        void events(JsonParser json) throws IOException {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_OBJECT
                        && json.getParsingContext().getParent().inArray()) {
                    event(json);
                }
            }
        }

        private void event(JsonParser json) throws IOException {
            phase = "";
            name = "";
            category = "";
            label = "";
            thread = 0;
            start = Double.NaN;
            length = 0;
            value = Double.NaN;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "ph" -> phase = json.getValueAsString("");
                    case "name" -> name = json.getValueAsString("");
                    case "cat" -> category = json.getValueAsString("");
                    case "tid" -> thread = json.getValueAsInt();
                    case "ts" -> start = json.getValueAsDouble(Double.NaN);
                    case "dur" -> length = json.getValueAsDouble();
                    case "args" -> arguments(json);
                    default -> json.skipChildren();
                }
            }
            take();
        }

        private void arguments(JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "name", "operation" -> label = json.getValueAsString("");
                    case "value" -> value = json.getValueAsDouble(Double.NaN);
                    default -> json.skipChildren();
                }
            }
        }

        private static boolean isTime(double micros) {
            return micros >= 0 && micros <= LATEST_MICROS;
        }

        private void take() {
            if (phase.equals("M") && name.equals("thread_name")) {
                spans.track(thread, label);
            } else if (phase.equals("X") && isTime(start) && isTime(length)) {
                String shown = label.isEmpty() ? name : name + " (" + label + ")";
                if (!spans.add(thread, shown, category, Math.round(start * 1e3), Math.round(length * 1e3))) {
                    leftOut++;
                }
            } else if (phase.equals("C")
                    && isTime(start)
                    && (counters.containsKey(name) || counters.size() < MOST_COUNTERS)) {
                counters.computeIfAbsent(name, key -> new ThinnedSeries()).add((long) start, value);
            }
        }
    }
}

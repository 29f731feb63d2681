package org.batchmill.train.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * Writes spans and counters in the trace event format of Chrome. Times are those of {@link System#nanoTime()}, written as
 * microseconds since the writer was made. Thread-safe. What could not be written is told to whoever writes from then on, and to whoever
 * closes; the file does not appear then.
 */
public final class TraceWriter implements Closeable {

    private static final int PROCESS = 1;

    private final PendingFile file;
    private final JsonGenerator json;
    private final long start = System.nanoTime();
    private final Map<String, Integer> tracks = new HashMap<>();
    private boolean closed;
    private IOException failure;

    /** The file appears when the writer is closed. */
    public TraceWriter(Path file) throws IOException {
        this.file = Storage.of(file).create(file);
        this.json = new JsonFactory().createGenerator(new BufferedOutputStream(Channels.newOutputStream(this.file)));
        json.writeStartObject();
        json.writeArrayFieldStart("traceEvents");
    }

    /**
     * Something that took a time. Spans of one track should lie inside one another or apart.
     *
     * @param track     the line it is drawn on: a thread, a device
     * @param startNano by {@link System#nanoTime()}
     */
    public void span(String track, String category, String name, long startNano, long nanos) throws IOException {
        span(track, category, name, "", startNano, nanos);
    }

    /** @param operation what was done, shown beside the name; empty for nothing */
    public synchronized void span(
            String track, String category, String name, String operation, long startNano, long nanos)
            throws IOException {
        write(() -> {
            int thread = trackOf(track);
            startEvent("X", name, thread, startNano);
            json.writeStringField("cat", category);
            json.writeNumberField("dur", nanos / 1e3);
            if (!operation.isEmpty()) {
                json.writeObjectFieldStart("args");
                json.writeStringField("operation", operation);
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    /** A value that changes over time: the depth of a queue. */
    public synchronized void counter(String name, double value, long nano) throws IOException {
        write(() -> {
            startEvent("C", name, 0, nano);
            json.writeObjectFieldStart("args");
            json.writeNumberField("value", value);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /** An event that failed half-way leaves a text that cannot be gone on with, so the first failure is the last. */
    private void write(Event event) throws IOException {
        throwIfFailed();
        if (closed) {
            return;
        }
        try {
            event.write();
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    private void throwIfFailed() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private interface Event {
        void write() throws IOException;
    }

    private int trackOf(String track) throws IOException {
        Integer known = tracks.get(track);
        if (known != null) {
            return known;
        }
        int number = tracks.size() + 1;
        tracks.put(track, number);
        startEvent("M", "thread_name", number, start);
        json.writeObjectFieldStart("args");
        json.writeStringField("name", track);
        json.writeEndObject();
        json.writeEndObject();
        return number;
    }

    private void startEvent(String phase, String name, int thread, long nano) throws IOException {
        json.writeStartObject();
        json.writeStringField("ph", phase);
        json.writeStringField("name", name);
        json.writeNumberField("pid", PROCESS);
        json.writeNumberField("tid", thread);
        json.writeNumberField("ts", (nano - start) / 1e3);
    }

    /** Ends the file; spans that come later are passed over. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            try (file) {
                throwIfFailed();
                json.writeEndArray();
                json.writeEndObject();
                json.flush();
                file.commit();
            }
        }
    }
}

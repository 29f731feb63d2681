package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last lines of a file of JSON objects, one a line, as it grows. Lines that are none are counted. Safe for use by many threads. */
final class JsonLines {

    /** What stands behind an object on its line would be told with it, and be no JSON. */
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final GrowingText text;
    private final int most;
    private final Deque<Line> kept = new ArrayDeque<>();
    private long count;
    private long damaged;

    /** @param most lines that are kept */
    JsonLines(RunFile file, int most) {
        this.text = new GrowingText(file);
        this.most = most;
    }

    /**
     * An object as it was written: much smaller than in parts.
     *
     * @param step its {@code step}; -1 if it has none
     */
    record Line(String json, long step) {}

    /**
     * What the file held when it was read.
     *
     * @param lines   the last of them
     * @param count   all objects
     * @param damaged lines that are none
     */
    record Content(List<Line> lines, long count, long damaged) {

        /** At most so many of the lines, from all over them, the last among them. */
        Content thinned(int most) {
            int every = (lines.size() + most - 1) / most;
            List<Line> some = new ArrayList<>();
            for (int i = every == 0 ? 0 : (lines.size() - 1) % every; i < lines.size(); i += every) {
                some.add(lines.get(i));
            }
            return new Content(some, count, damaged);
        }

        /** {@code {count, damaged, lines}} as JSON. */
        String json() {
            StringBuilder json = new StringBuilder("{\"count\":")
                    .append(count)
                    .append(",\"damaged\":")
                    .append(damaged)
                    .append(",\"lines\":[");
            for (int i = 0; i < lines.size(); i++) {
                json.append(i == 0 ? "" : ",").append(lines.get(i).json());
            }
            return json.append("]}").toString();
        }
    }

    synchronized Content read() throws IOException {
        text.read(new GrowingText.Taker() {
            @Override
            public void begin() {
                kept.clear();
                count = 0;
                damaged = 0;
            }

            @Override
            public void line(byte[] bytes, int from, int to) {
                take(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            }
        });
        return new Content(new ArrayList<>(kept), count, damaged);
    }

    private void take(String line) {
        if (line.isBlank()) {
            return;
        }
        try {
            JsonNode node = JSON.readTree(line);
            if (!node.isObject()) {
                damaged++;
                return;
            }
            count++;
            kept.add(new Line(line, node.path("step").asLong(-1)));
            if (kept.size() > most) {
                kept.remove();
            }
        } catch (JsonProcessingException e) {
            damaged++;
        }
    }
}

package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a gang keeps beside its metrics: the logs of its ranks, and how stale gradients were. Stateless. */
final class GangAnswers {

    static final String LOGS = "rank-*.log";
    static final String STALENESS = "staleness.csv";

    private static final Pattern LOG = Pattern.compile("rank-(\\d{1,6})\\.log");
    private static final Pattern COUNT = Pattern.compile("(\\d{1,9}),(\\d{1,18})");
    private static final int MOST_RANKS = 256;
    private static final int MOST_COUNTS = 10_000;
    private static final int LOG_BYTES = 8192;
    private static final int LOG_LINES = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private GangAnswers() {}

    /** {@code {ranks: [{rank, lines}], staleness: [[staleness, updates]]}}: the last lines of each rank's log. */
    static ObjectNode of(Run run) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode ranks = answer.putArray("ranks");
        for (RunFile file : run.files(LOGS)) {
            Matcher name = LOG.matcher(file.name());
            if (name.matches() && ranks.size() < MOST_RANKS) {
                ObjectNode rank = ranks.addObject().put("rank", Integer.parseInt(name.group(1)));
                rank.set("lines", JSON.valueToTree(end(file)));
            }
        }
        ArrayNode staleness = answer.putArray("staleness");
        for (RunFile file : run.files(STALENESS)) {
            counts(file, staleness);
        }
        return answer;
    }

    private static List<String> end(RunFile file) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(LOG_BYTES);
        try (SeekableByteChannel channel = file.open()) {
            channel.position(Math.max(0, channel.size() - LOG_BYTES));
            while (last.hasRemaining() && channel.read(last) >= 0) {}
        }
        List<String> lines =
                StandardCharsets.UTF_8.decode(last.flip()).toString().lines().toList();
        return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
    }

    private static void counts(RunFile file, ArrayNode staleness) throws IOException {
        new GrowingText(file).read(new GrowingText.Taker() {
            @Override
            public void begin() {
                staleness.removeAll();
            }

            @Override
            public void line(byte[] bytes, int from, int to) {
                Matcher count = COUNT.matcher(new String(bytes, from, to - from, StandardCharsets.UTF_8));
                if (count.matches() && staleness.size() < MOST_COUNTS) {
                    staleness.addArray().add(Long.parseLong(count.group(1))).add(Long.parseLong(count.group(2)));
                }
            }
        });
    }
}

package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Angles over the frames of drives, as {@code drive} and {@code eval} write them with {@code --predictions}: files {@code angles*.csv} of a
 * run folder. Stateless.
 */
final class DriveFiles {

    static final String PATTERN = "angles*.csv";

    private static final int MOST_FILES = 64;
    private static final int MOST_FRAMES = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private DriveFiles() {}

    /** The names of the files. */
    static ObjectNode list(Run run) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode files = answer.putArray("files");
        run.files(PATTERN).stream().limit(MOST_FILES).forEach(file -> files.add(file.name()));
        return answer;
    }

    /** {@code {every, truth, predicted, damaged}} of a file; of many frames some that lie equally far apart. A truth may be null. */
    static ObjectNode angles(Run run, String name) throws IOException, RefusedException {
        RunFile file = run.files(PATTERN).stream()
                .filter(its -> its.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(RefusedException.MISSING, "there are no such angles"));
        Rows rows = new Rows();
        new GrowingText(file).read(rows);
        int every = Math.max(1, (rows.frames.size() + MOST_FRAMES - 1) / MOST_FRAMES);
        ObjectNode answer = JSON.createObjectNode().put("every", every).put("damaged", rows.damaged);
        ArrayNode truth = answer.putArray("truth");
        ArrayNode predicted = answer.putArray("predicted");
        for (int i = 0; i < rows.frames.size(); i += every) {
            truth.add(rows.frames.get(i)[0]);
            predicted.add(rows.frames.get(i)[1]);
        }
        return answer;
    }

    private static final class Rows implements GrowingText.Taker {

        private final List<Double[]> frames = new ArrayList<>();
        private long damaged;
        private boolean header;

        @Override
        public void begin() {
            header = true;
        }

        @Override
        public void line(byte[] bytes, int from, int to) {
            if (header) {
                header = false;
                return;
            }
            String[] words = new String(bytes, from, to - from, StandardCharsets.UTF_8).split(",", -1);
            try {
                // A name may hold commas: the numbers are the last two.
                String truth = words[words.length - 2];
                double predicted = Double.parseDouble(words[words.length - 1]);
                frames.add(new Double[] {truth.isEmpty() ? null : Double.valueOf(truth), predicted});
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                damaged++;
            }
        }
    }
}

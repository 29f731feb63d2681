package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import org.batchmill.jobs.report.NetworkTable;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.records.DataException;
import org.batchmill.records.TextFile;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;

/** What is asked of the other files of a run: settings, summary, evaluations, trials, network. Stateless. */
final class FileAnswers {

    private static final int LARGEST_CONFIG = 1 << 20;
    private static final int LARGEST_SUMMARY = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private FileAnswers() {}

    /** Name and options. */
    static ObjectNode facts(Run run) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("name", run.name());
        RunFile file = run.file(RunFiles.CONFIG);
        RunFile.Stamp stamp = file.stamp();
        if (stamp == null || stamp.size() > LARGEST_CONFIG) {
            return answer;
        }
        try {
            JsonNode config = YAML.readTree(TextFile.readConfiguration(file.real()));
            if (config != null && config.isObject()) {
                answer.set("config", config);
            }
        } catch (JsonProcessingException e) {
            answer.put("problem", problem(RunFiles.CONFIG, e));
        } catch (DataException e) {
            answer.put("problem", e.getMessage());
        }
        return answer;
    }

    /** What the run came to; an empty object while it goes on. */
    static Answer summary(Run run) throws IOException {
        RunFile file = run.file(RunFiles.SUMMARY);
        RunFile.Stamp stamp = file.stamp();
        if (stamp == null || stamp.size() > LARGEST_SUMMARY) {
            return Answer.json("{}");
        }
        try {
            return Answer.json(JSON.readTree(text(file)));
        } catch (JsonProcessingException e) {
            return Answer.json(JSON.createObjectNode().put("problem", problem(RunFiles.SUMMARY, e)));
        }
    }

    /** The parser's own words quote what it read. */
    private static String problem(String file, JsonProcessingException cause) {
        JsonLocation place = cause.getLocation();
        return file + " cannot be read" + (place == null ? "" : ", from line " + place.getLineNr() + " on");
    }

    private static String text(RunFile file) throws IOException {
        try (SeekableByteChannel channel = file.open()) {
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The steps of the evaluations; what one found is asked for by its step. */
    static ObjectNode evaluations(Run run) throws IOException {
        JsonLines.Content content = run.evaluations().read();
        ObjectNode answer = JSON.createObjectNode();
        answer.put("damaged", content.damaged());
        ArrayNode steps = answer.putArray("steps");
        content.lines().forEach(line -> steps.add(line.step()));
        return answer;
    }

    /** What the evaluation at {@code step} found. */
    static Answer evaluation(Run run, Query query) throws IOException, RefusedException {
        long step = query.number("step", -1);
        String last = null;
        for (JsonLines.Line line : run.evaluations().read().lines()) {
            last = line.step() == step ? line.json() : last;
        }
        if (last == null) {
            throw new RefusedException(RefusedException.MISSING, "there is no such evaluation");
        }
        return Answer.json(last);
    }

    /** The trials, and the table that ends a search. */
    static Answer search(Run run) throws IOException {
        String trials = run.trials().read().json();
        RunFile file = run.file(RunFiles.TABLE);
        RunFile.Stamp table = file.stamp();
        if (table == null || table.size() > LARGEST_CONFIG) {
            return Answer.json(trials);
        }
        String csv = text(file);
        return Answer.json(
                trials.substring(0, trials.length() - 1) + ",\"table\":" + JSON.writeValueAsString(csv) + "}");
    }

    /** The layers of the newest checkpoint. */
    static ObjectNode graph(Run run) throws IOException, RefusedException {
        ObjectNode answer = JSON.createObjectNode();
        RunFile newest = newestCheckpoint(run);
        if (newest == null) {
            return answer;
        }
        try {
            ArrayNode layers = answer.putArray("layers");
            NetworkTable.of(CheckpointFile.readNetwork(newest.real()))
                    .forEach(row -> layers.add(JSON.valueToTree(row.keys())));
            answer.put("checkpoint", newest.name());
        } catch (DataException e) {
            answer.put("problem", newest.name() + ": " + e.reason());
        }
        return answer;
    }

    /** Null if there is none. */
    private static RunFile newestCheckpoint(Run run) throws IOException {
        RunFile folder = run.file("checkpoints");
        return new CheckpointFolder(folder.folder().resolve(folder.name()), 1)
                .list().stream()
                        .map(file -> run.file("checkpoints/" + file.getFileName()))
                        .filter(file -> file.real() != null)
                        .max(Comparator.comparing(RunFile::name))
                        .orElse(null);
    }
}

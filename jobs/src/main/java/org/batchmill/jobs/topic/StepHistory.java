package org.batchmill.jobs.topic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.batches.Batch;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.records.SampleId;
import org.batchmill.records.storage.GrowingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;

/**
 * Writes down what each step learnt: a line {@code {"step": 1, "samples": [{"id": .., "key": .., "time": ..}]}} in {@code history.jsonl}.
 * A checkpoint is written only when the disk has the lines of its steps; a run that goes back to it cuts off the later ones. So the file
 * tells the one history that the weights come from.
 */
final class StepHistory implements Hook, AutoCloseable {

    static final String FILE = "history.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BEGIN = Pattern.compile("\\{\"step\":(\\d{1,18}),");

    private final Path file;
    private final TopicSource topic;
    private GrowingFile out;

    StepHistory(Path run, TopicSource topic) {
        this.file = run.resolve(FILE);
        this.topic = topic;
    }

    @Override
    public void onStarted(LoopControl loop) throws IOException {
        close();
        String kept = loop.step() > 0 && Files.exists(file) ? upTo(loop.step(), Files.readAllBytes(file)) : "";
        Storage.write(file, kept.getBytes(StandardCharsets.UTF_8));
        out = GrowingFile.append(file);
    }

    /** The whole lines up to that of a step, or to the first that is none of a step: what comes behind is done again. */
    static String upTo(long step, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        StringBuilder kept = new StringBuilder();
        text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .takeWhile(line -> step(line) <= step)
                .forEach(line -> kept.append(line).append('\n'));
        return kept.toString();
    }

    /** The number behind <code>{"step":</code>. */
    private static long step(String line) {
        Matcher begin = BEGIN.matcher(line);
        return begin.lookingAt() ? Long.parseLong(begin.group(1)) : Long.MAX_VALUE;
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.put("step", report.step());
        ArrayNode samples = line.putArray("samples");
        for (int row = 0; row < batch.size(); row++) {
            SampleId id = batch.id(row);
            ObjectNode sample = samples.addObject();
            sample.put("id", id.value());
            topic.provenance(id).ifPresent(its -> {
                sample.put("key", its.key());
                sample.put("time", its.time().toString());
            });
        }
        out.write(line + "\n");
    }

    @Override
    public void onSaving(LoopControl loop) throws IOException {
        out.force();
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}

package org.batchmill.jobs.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.storage.GrowingFile;

/**
 * Names every bad sample that a run left out: a JSON line each in the run folder, and the first few on the user's screen. Called by one
 * thread at a time.
 */
public final class SkippedSamples implements PipelineListener {

    /** The list's name in the run folder. */
    public static final String FILE = "skipped.jsonl";

    private static final int SHOWN = 5;

    private final Path file;
    private final InputOptions options;
    private final JobListener listener;
    private final Set<String> names;
    private int shown;

    /**
     * @param options what follows when a sample is bad
     * @throws IOException if the list of an earlier part of the run cannot be read
     */
    public SkippedSamples(Path runFolder, InputOptions options, JobListener listener) throws IOException {
        this.file = runFolder.resolve(FILE);
        this.options = options;
        this.listener = listener;
        this.names = names(file);
    }

    private static Set<String> names(Path file) throws IOException {
        Set<String> names = new HashSet<>();
        if (Files.exists(file)) {
            ObjectMapper json = new ObjectMapper();
            for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                try {
                    String name = json.readTree(line).path("sample").asText();
                    if (!name.isEmpty()) {
                        names.add(name);
                    }
                } catch (JsonProcessingException e) {
                    // The last line of a process that was killed: its sample will be met again.
                }
            }
        }
        return names;
    }

    /** What the user reads; a data error names its place itself, which may be nearer than the sample. */
    public static String line(String name, Exception cause) {
        return "left out " + (cause instanceof DataException ? "" : name + ": ") + cause.getMessage();
    }

    /** Names the first few of the bad samples that evaluations leave out, each once: they are in no list, and in no budget of the run. */
    public static PipelineListener ofValidation(JobListener listener) {
        Set<String> names = ConcurrentHashMap.newKeySet();
        return new PipelineListener() {
            @Override
            public void onSkipped(String name, Draw draw, Exception cause) {
                if (names.add(name) && names.size() <= SHOWN) {
                    listener.warn("validation: " + line(name, cause));
                }
            }
        };
    }

    @Override
    public synchronized void onSkipped(String name, Draw draw, Exception cause) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sample", name);
        line.put("epoch", draw.epoch());
        line.put("cause", cause.getMessage());
        line.put("quarantine", options.errorMode() == ErrorMode.QUARANTINE);
        add(name, cause, line);
    }

    /** For the framing of record files: places that are passed over when the data is opened are named here too. */
    public DamagePolicy policy() {
        return options.errorMode() == ErrorMode.FAIL
                ? DamagePolicy.fail()
                : DamagePolicy.skip(options.maxErrors, this::damaged);
    }

    private synchronized void damaged(DataException place) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sample", place.where());
        line.put("cause", place.getMessage());
        line.put("quarantine", options.errorMode() == ErrorMode.QUARANTINE);
        add(place.where(), place, line);
    }

    private void add(String name, Exception cause, Map<String, Object> line) {
        if (!names.add(name)) {
            return;
        }
        if (++shown <= SHOWN) {
            listener.warn(line(name, cause));
        }
        try {
            GrowingFile.appendLine(file, JsonLine.of(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public void onWarning(String message) {
        listener.warn(message);
    }

    /** How many different ones were left out, by earlier parts of the run too. */
    public synchronized long count() {
        return names.size();
    }
}

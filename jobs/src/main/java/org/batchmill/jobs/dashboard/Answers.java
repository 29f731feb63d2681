package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.batchmill.queues.threads.WorkerPool;

/**
 * What is asked of runs, answered as JSON or PNG. A run is named by its id, and looked up among those that were found; nothing of a
 * question becomes the name of a file. What cannot be read of a run is said in its {@code problem}, and the others are answered. Safe for
 * use by many threads.
 */
final class Answers {

    /** Buckets that all curves of one chart may have together; a bucket is up to three points. */
    private static final int ALL_BUCKETS = 8192;

    private static final int LEAST_BUCKETS = 64;

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunFolders runs;
    private final WorkerPool readers;

    /** @param readers for files of several runs at once */
    Answers(RunFolders runs, WorkerPool readers) {
        this.runs = runs;
        this.readers = readers;
    }

    /**
     * Answers a question.
     *
     * @param name what stands behind {@code /api/}
     */
    Answer of(String name, Query query) throws IOException, InterruptedException, RefusedException {
        return switch (name) {
            case "runs" -> Answer.json(list());
            case "scalars" -> scalars(query);
            case "summary" -> FileAnswers.summary(run(query));
            case "facts" -> Answer.json(FileAnswers.facts(run(query)));
            case "tags" -> Answer.json(EventAnswers.tags(run(query)));
            case "image" -> EventAnswers.image(run(query), query);
            case "histograms" -> Answer.json(EventAnswers.histograms(run(query), query));
            case "scores" -> EventAnswers.scores(run(query));
            case "evaluations" -> Answer.json(FileAnswers.evaluations(run(query)));
            case "evaluation" -> FileAnswers.evaluation(run(query), query);
            case "input" -> Answer.json(run(query).input().read().json());
            case "skipped" -> Answer.json(run(query).skipped().read().json());
            case "search" -> FileAnswers.search(run(query));
            case "gang" -> Answer.json(GangAnswers.of(run(query)));
            case "drives" -> Answer.json(DriveFiles.list(run(query)));
            case "drive" -> Answer.json(DriveFiles.angles(run(query), query.text("name")));
            case "timeline" ->
                run(query).trace().part(query.number("from", 0), query.number("to", Long.MAX_VALUE / 1000));
            case "graph" -> Answer.json(FileAnswers.graph(run(query)));
            default -> throw new RefusedException(RefusedException.MISSING, "there is no such question");
        };
    }

    private Run run(Query query) throws RefusedException {
        Run run = runs.all().get(query.text("run"));
        if (run == null) {
            throw new RefusedException(RefusedException.MISSING, "there is no such run");
        }
        return run;
    }

    private ObjectNode list() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("runs");
        for (Run run : runs.all().values()) {
            all.addObject()
                    .put("id", run.id())
                    .put("name", run.name())
                    .put("search", run.isSearch())
                    .put("ended", run.hasEnded())
                    .put("modified", run.modified())
                    .put("version", run.version());
        }
        answer.put("now", System.currentTimeMillis());
        return answer;
    }

    /** One run's part of an answer. */
    private interface Part {
        byte[] of(Run run) throws IOException;
    }

    private Answer scalars(Query query) throws IOException, InterruptedException, RefusedException {
        List<String> ids = query.all("run");
        long from = query.number("from", Long.MIN_VALUE);
        long to = query.number("to", Long.MAX_VALUE);
        boolean all = from == Long.MIN_VALUE && to == Long.MAX_VALUE;
        boolean timed = query.text("times") != null;
        long share = ALL_BUCKETS / Math.max(1, query.number("beside", ids.size()));
        int buckets = (int) Math.max(LEAST_BUCKETS, Math.min(ThinnedSeries.MOST_BUCKETS, share));
        return each(ids, run -> {
            MetricsLog.Columns columns =
                    all ? run.metrics().all(buckets) : run.metrics().range(from, to, buckets);
            ThinnedSeries times = timed ? run.events().times(ThinnedSeries.MOST_BUCKETS) : null;
            return SeriesJson.bytes(json -> {
                json.writeNumberField("lastStep", columns.lastStep());
                json.writeNumberField("damaged", columns.damaged());
                SeriesJson.series(json, "columns", columns.columns());
                if (times != null) {
                    json.writeObjectFieldStart("times");
                    SeriesJson.curve(json, times);
                    json.writeEndObject();
                }
            });
        });
    }

    /** Reads runs beside each other. */
    private Answer each(List<String> ids, Part part) throws IOException, InterruptedException {
        Map<String, Run> all = runs.all();
        Map<String, Future<byte[]>> parts = new LinkedHashMap<>();
        for (String id : ids) {
            Run run = all.get(id);
            if (run != null) {
                parts.put(id, readers.submit(() -> part(run, part)));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("runs");
            for (Map.Entry<String, Future<byte[]>> its : parts.entrySet()) {
                json.writeFieldName(its.getKey());
                json.writeRawValue(new String(WorkerPool.result(its.getValue()), StandardCharsets.UTF_8));
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return Answer.json(out.toByteArray());
    }

    private static byte[] part(Run run, Part part) throws IOException {
        try {
            return part.of(run);
        } catch (IOException e) {
            return SeriesJson.bytes(json -> json.writeStringField("problem", String.valueOf(e.getMessage())));
        }
    }
}

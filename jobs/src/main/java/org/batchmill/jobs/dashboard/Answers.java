package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.batchmill.jobs.report.NetworkTable;
import org.batchmill.jobs.train.RunFiles;
import org.batchmill.jobs.tune.TuneSummary;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.DataException;
import org.batchmill.records.TextFile;
import org.batchmill.records.protobuf.WireReader;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.checkpoint.CheckpointFolder;

/**
 * What is asked of runs, answered as JSON or PNG. A run is named by its id, and looked up among those that were found; nothing of a
 * question becomes the name of a file. What cannot be read of a run is said in its {@code problem}, and the others are answered. Safe for
 * use by many threads.
 */
final class Answers {

    /** Points that all curves of one chart may have together. */
    private static final int ALL_BUCKETS = 16_384;

    private static final int LEAST_BUCKETS = 64;
    private static final int BARS = 48;
    private static final int MOST_HISTOGRAMS = 60;
    private static final int LARGEST_CONFIG = 1 << 20;

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private final RunFolders runs;
    private final WorkerPool readers;

    /** @param readers for files of several runs at once */
    Answers(RunFolders runs, WorkerPool readers) {
        this.runs = runs;
        this.readers = readers;
    }

    /** An answer's kind and bytes. */
    @SuppressWarnings("ArrayRecordComponent") // written out, never compared
    record Answer(String type, byte[] bytes) {}

    /**
     * Answers a question.
     *
     * @param name what stands behind {@code /api/}
     */
    Answer of(String name, Query query) throws IOException, InterruptedException, RefusedException {
        return switch (name) {
            case "runs" -> json(list());
            case "scalars" -> scalars(query);
            case "facts" -> json(facts(run(query)));
            case "tags" -> json(tags(run(query)));
            case "image" -> image(run(query), query);
            case "histograms" -> json(histograms(run(query), query));
            case "scores" -> scores(run(query));
            case "evaluations" -> json(evaluations(run(query)));
            case "evaluation" -> evaluation(run(query), query);
            case "input" -> text(run(query).input().read().json());
            case "skipped" -> text(run(query).skipped().read().json());
            case "search" -> search(run(query));
            case "graph" -> json(graph(run(query)));
            default -> throw new RefusedException(RefusedException.MISSING, "there is no such question");
        };
    }

    private static Answer json(JsonNode node) throws IOException {
        return new Answer("application/json", JSON.writeValueAsBytes(node));
    }

    private static Answer text(String json) {
        return new Answer("application/json", json.getBytes(StandardCharsets.UTF_8));
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
        int buckets =
                Math.max(LEAST_BUCKETS, Math.min(ThinnedSeries.MOST_BUCKETS, ALL_BUCKETS / Math.max(1, ids.size())));
        return each(ids, run -> {
            MetricsLog.Columns columns =
                    all ? run.metrics().all(buckets) : run.metrics().range(from, to, buckets);
            ThinnedSeries times = timed ? run.events().times(ThinnedSeries.MOST_BUCKETS) : null;
            return bytes(json -> {
                json.writeNumberField("lastStep", columns.lastStep());
                json.writeNumberField("damaged", columns.damaged());
                series(json, "columns", columns.columns());
                if (times != null) {
                    json.writeObjectFieldStart("times");
                    curve(json, times);
                    json.writeEndObject();
                }
            });
        });
    }

    private static Answer scores(Run run) throws IOException {
        EventLog events = run.events();
        return new Answer(
                "application/json", bytes(json -> series(json, "columns", events.scores(ThinnedSeries.MOST_BUCKETS))));
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
        return new Answer("application/json", out.toByteArray());
    }

    private static byte[] part(Run run, Part part) throws IOException {
        try {
            return part.of(run);
        } catch (IOException e) {
            return bytes(json -> json.writeStringField("problem", String.valueOf(e.getMessage())));
        }
    }

    /** Writes the fields of an object. */
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] bytes(Fields fields) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void series(JsonGenerator json, String name, Map<String, ThinnedSeries> columns) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, ThinnedSeries> column : columns.entrySet()) {
            if (column.getValue().latest() == null && column.getValue().notFinite() == 0) {
                continue;
            }
            json.writeObjectFieldStart(column.getKey());
            curve(json, column.getValue());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** Points, and means where several steps make one; each list flat: step, value, step, value. */
    private static void curve(JsonGenerator json, ThinnedSeries series) throws IOException {
        List<double[]> points = new ArrayList<>();
        series.eachPoint((step, value) -> points.add(new double[] {step, value}));
        json.writeArrayFieldStart("points");
        for (double[] point : points) {
            json.writeNumber((long) point[0]);
            json.writeNumber(point[1]);
        }
        json.writeEndArray();
        if (series.notFinite() > 0) {
            json.writeNumberField("notFinite", series.notFinite());
        }
        if (!series.isWhole()) {
            List<ThinnedSeries.Bucket> buckets = new ArrayList<>();
            series.eachBucket(buckets::add);
            json.writeArrayFieldStart("means");
            for (ThinnedSeries.Bucket bucket : buckets) {
                json.writeNumber(bucket.lastStep());
                json.writeNumber(bucket.mean());
                json.writeNumber(bucket.count());
            }
            json.writeEndArray();
        }
    }

    private static ObjectNode facts(Run run) throws IOException {
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
            answer.put("problem", RunFiles.CONFIG + " cannot be read: " + e.getOriginalMessage());
        } catch (DataException e) {
            answer.put("problem", e.getMessage());
        }
        return answer;
    }

    private static ObjectNode tags(Run run) throws IOException {
        EventLog events = run.events();
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode images = answer.putObject("images");
        events.images().forEach((tag, places) -> steps(images.putArray(tag), places));
        ObjectNode histograms = answer.putObject("histograms");
        events.histograms()
                .forEach((tag, places) ->
                        histograms.put(tag, places.get(places.size() - 1).step()));
        answer.put("damaged", events.damaged());
        return answer;
    }

    private static void steps(ArrayNode steps, List<EventLog.Place> places) {
        places.forEach(place -> steps.add(place.step()));
    }

    private static Answer image(Run run, Query query) throws IOException, RefusedException {
        EventLog events = run.events();
        String tag = query.text("tag");
        long step = query.number("step", -1);
        for (EventLog.Place place : events.images().getOrDefault(tag == null ? "" : tag, List.of())) {
            if (place.step() == step) {
                ByteBuffer message = events.field(place, tag, 4);
                byte[] png = message == null ? null : png(message);
                if (png != null) {
                    return new Answer("image/png", png);
                }
            }
        }
        throw new RefusedException(RefusedException.MISSING, "there is no such image");
    }

    /** Null if what is stored is no PNG: nothing else is handed to a browser as an image. */
    private static byte[] png(ByteBuffer message) throws DataException {
        WireReader reader = new WireReader(message, "image");
        while (reader.next()) {
            if (reader.field() == 4) {
                ByteBuffer encoded = reader.bytes();
                byte[] bytes = new byte[encoded.remaining()];
                encoded.get(bytes);
                boolean png = bytes.length > 8 && (bytes[0] & 0xff) == 0x89 && bytes[1] == 'P' && bytes[2] == 'N';
                return png ? bytes : null;
            }
            reader.skip();
        }
        return null;
    }

    private static ObjectNode histograms(Run run, Query query) throws IOException, RefusedException {
        EventLog events = run.events();
        String tag = query.text("tag");
        List<EventLog.Place> places = events.histograms().get(tag == null ? "" : tag);
        if (places == null) {
            throw new RefusedException(RefusedException.MISSING, "there is no such histogram");
        }
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("histograms");
        int every = (places.size() + MOST_HISTOGRAMS - 1) / MOST_HISTOGRAMS;
        for (int i = (places.size() - 1) % every; i < places.size(); i += every) {
            ByteBuffer message = events.field(places.get(i), tag, 5);
            if (message == null) {
                continue;
            }
            try {
                StoredHistogram histogram = StoredHistogram.of(message, BARS);
                ObjectNode one = all.addObject()
                        .put("step", places.get(i).step())
                        .put("min", histogram.min())
                        .put("max", histogram.max())
                        .put("count", histogram.count());
                ArrayNode bars = one.putArray("bars");
                for (double bar : histogram.bars()) {
                    bars.add(bar);
                }
            } catch (DataException e) {
                answer.put("problem", e.getMessage());
            }
        }
        return answer;
    }

    /** The steps of the evaluations; what one found is asked for by its step. */
    private static ObjectNode evaluations(Run run) throws IOException {
        JsonLines.Content content = run.evaluations().read();
        ObjectNode answer = JSON.createObjectNode();
        answer.put("damaged", content.damaged());
        ArrayNode steps = answer.putArray("steps");
        content.lines().forEach(line -> steps.add(line.step()));
        return answer;
    }

    private static Answer evaluation(Run run, Query query) throws IOException, RefusedException {
        long step = query.number("step", -1);
        String last = null;
        for (JsonLines.Line line : run.evaluations().read().lines()) {
            last = line.step() == step ? line.json() : last;
        }
        if (last == null) {
            throw new RefusedException(RefusedException.MISSING, "there is no such evaluation");
        }
        return text(last);
    }

    private static Answer search(Run run) throws IOException {
        String trials = run.trials().read().json();
        RunFile file = run.file(TuneSummary.TABLE);
        RunFile.Stamp table = file.stamp();
        if (table == null || table.size() > LARGEST_CONFIG) {
            return text(trials);
        }
        try (SeekableByteChannel channel = file.open()) {
            String csv = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            return text(trials.substring(0, trials.length() - 1) + ",\"table\":" + JSON.writeValueAsString(csv) + "}");
        }
    }

    private static ObjectNode graph(Run run) throws IOException, RefusedException {
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

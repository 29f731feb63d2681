package org.batchmill.jobs.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Answers to all that the pages ask, by question, as frozen.js looks them up: the question's name and values, a line each. Of pictures,
 * histograms and evaluations those that fit into a size are kept, the newest first; lists of them name no others. Used by one thread.
 */
final class FrozenAnswers {

    private static final int MOST_RUNS = 51;
    private static final int MOST_PICTURES = 6;
    private static final long PICTURE_BYTES = 6L << 20;
    private static final int MOST_HISTOGRAMS = 24;
    private static final int ALL_HISTOGRAMS = 1500;
    private static final long HISTOGRAM_BYTES = 3L << 20;
    private static final int MOST_EVALUATIONS = 24;
    private static final long EVALUATION_BYTES = 3L << 20;
    private static final int MOST_LOOKS = 400;

    /** What is asked of each run with no more than its name. */
    private static final List<String> PLAIN =
            List.of("summary", "facts", "scores", "graph", "skipped", "timeline", "gang");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunFolders runs;
    private final Answers answers;
    private final ObjectNode kept = JSON.createObjectNode();
    private long pictures = PICTURE_BYTES;
    private long histograms = HISTOGRAM_BYTES;
    private long evaluations = EVALUATION_BYTES;

    FrozenAnswers(RunFolders runs, Answers answers) {
        this.runs = runs;
        this.answers = answers;
    }

    /** {@code {question: answer}}; a picture is answered by its address, which holds it. */
    String json() throws IOException, InterruptedException {
        List<Run> all = new ArrayList<>(runs.all().values());
        List<Run> some = all.subList(0, Math.min(MOST_RUNS, all.size()));
        try {
            list(some);
            for (Run run : some) {
                add(run, some.size());
            }
        } catch (RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
        return JSON.writeValueAsString(kept);
    }

    private static String key(Object... parts) {
        return String.join("\n", Arrays.stream(parts).map(String::valueOf).toList());
    }

    private JsonNode ask(String name, String... query) throws IOException, InterruptedException, RefusedException {
        return JSON.readTree(answers.of(name, Query.of(query)).bytes());
    }

    /** The report is written when nothing goes on any more. */
    private void list(List<Run> some) throws IOException, InterruptedException, RefusedException {
        ObjectNode list = (ObjectNode) ask("runs");
        ArrayNode named = list.putArray("runs");
        for (Run run : some) {
            named.addObject()
                    .put("id", run.id())
                    .put("name", run.name())
                    .put("search", run.isSearch())
                    .put("ended", true)
                    .put("modified", run.modified());
        }
        kept.set("runs", list);
    }

    private void add(Run run, int runs) throws IOException, InterruptedException, RefusedException {
        String id = run.id();
        for (String name : PLAIN) {
            kept.set(key(name, id), ask(name, "run", id));
        }
        JsonNode scalars = ask("scalars", "run", id, "times", "1", "beside", Integer.toString(runs));
        kept.set(key("scalars", id), scalars.path("runs").path(id));
        kept.set(
                key("input", id),
                JSON.readTree(run.input().read().thinned(MOST_LOOKS).json()));
        if (run.isSearch()) {
            kept.set(key("search", id), ask("search", "run", id));
        }
        ObjectNode tags = (ObjectNode) ask("tags", "run", id);
        pictures(id, (ObjectNode) tags.path("images"));
        histograms(id, (ObjectNode) tags.path("histograms"), runs);
        kept.set(key("tags", id), tags);
        evaluations(id);
        drives(id);
    }

    /** The newest, and others at equal distances, the newer first. */
    private static List<Long> spread(JsonNode steps, int most) {
        List<Long> distinct = new ArrayList<>(new TreeSet<>(JSON.convertValue(steps, Steps.class)));
        Collections.reverse(distinct);
        int count = Math.min(most, distinct.size());
        List<Long> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(distinct.get(count == 1 ? 0 : (int) ((long) i * (distinct.size() - 1) / (count - 1))));
        }
        return some;
    }

    private static final class Steps extends ArrayList<Long> {
        private static final long serialVersionUID = 1;
    }

    private void pictures(String id, ObjectNode images) throws IOException, InterruptedException {
        Map<String, List<Long>> wanted = new LinkedHashMap<>();
        images.properties().forEach(tag -> wanted.put(tag.getKey(), spread(tag.getValue(), MOST_PICTURES)));
        Map<String, TreeSet<Long>> found = new LinkedHashMap<>();
        for (int i = 0; i < MOST_PICTURES; i++) {
            for (Map.Entry<String, List<Long>> tag : wanted.entrySet()) {
                if (i < tag.getValue().size()
                        && picture(id, tag.getKey(), tag.getValue().get(i))) {
                    found.computeIfAbsent(tag.getKey(), name -> new TreeSet<>())
                            .add(tag.getValue().get(i));
                }
            }
        }
        images.removeAll();
        found.forEach((tag, steps) -> images.set(tag, JSON.valueToTree(steps)));
    }

    private boolean picture(String id, String tag, long step) throws IOException, InterruptedException {
        byte[] png;
        try {
            png = answers.of("image", Query.of("run", id, "tag", tag, "step", Long.toString(step)))
                    .bytes();
        } catch (RefusedException e) {
            return false; // what is stored there is no PNG
        }
        if (png.length > pictures) {
            return false;
        }
        pictures -= png.length;
        kept.put(
                key("image", id, tag, step),
                "data:image/png;base64," + Base64.getEncoder().encodeToString(png));
        return true;
    }

    private void histograms(String id, ObjectNode tags, int runs)
            throws IOException, InterruptedException, RefusedException {
        int most = Math.max(2, Math.min(MOST_HISTOGRAMS, ALL_HISTOGRAMS / Math.max(1, tags.size() * runs)));
        List<String> names = new ArrayList<>();
        tags.fieldNames().forEachRemaining(names::add);
        for (String tag : names) {
            JsonNode answer = ask("histograms", "run", id, "tag", tag, "most", Integer.toString(most));
            int size = JSON.writeValueAsString(answer).length();
            if (size <= histograms) {
                histograms -= size;
                kept.set(key("histograms", id, tag), answer);
            } else {
                tags.remove(tag);
            }
        }
    }

    private void drives(String id) throws IOException, InterruptedException, RefusedException {
        ObjectNode list = (ObjectNode) ask("drives", "run", id);
        List<String> found = new ArrayList<>();
        for (JsonNode name : list.path("files")) {
            JsonNode answer = ask("drive", "run", id, "name", name.asText());
            if (fits(answer)) {
                found.add(name.asText());
                kept.set(key("drive", id, name.asText()), answer);
            }
        }
        list.set("files", JSON.valueToTree(found));
        kept.set(key("drives", id), list);
    }

    /** Whether there is room for one more of what evaluations and drives found. */
    private boolean fits(JsonNode answer) throws IOException {
        int size = JSON.writeValueAsString(answer).length();
        if (size > evaluations) {
            return false;
        }
        evaluations -= size;
        return true;
    }

    private void evaluations(String id) throws IOException, InterruptedException, RefusedException {
        ObjectNode list = (ObjectNode) ask("evaluations", "run", id);
        TreeSet<Long> found = new TreeSet<>();
        for (long step : spread(list.path("steps"), MOST_EVALUATIONS)) {
            JsonNode answer = ask("evaluation", "run", id, "step", Long.toString(step));
            if (fits(answer)) {
                found.add(step);
                kept.set(key("evaluation", id, step), answer);
            }
        }
        list.set("steps", JSON.valueToTree(found));
        kept.set(key("evaluations", id), list);
    }
}

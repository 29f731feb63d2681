package org.batchmill.train.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.DataException;
import org.batchmill.records.storage.GrowingFile;
import org.batchmill.records.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs trials and ranks them. Each result is a line of a file as soon as it is there; a search that is started again with the same
 * file does what is missing. Used once.
 */
public final class Search {

    private static final Logger LOG = LoggerFactory.getLogger(Search.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path results;
    private final int parallel;
    private final int folds;

    /**
     * @param results  where results are kept, a JSON object a line
     * @param parallel trials at once: the CPU limit divided by the threads of one training
     * @param folds    how often each trial is run, 1 for a hold-out
     */
    public Search(Path results, int parallel, int folds) {
        this.results = results;
        this.parallel = parallel;
        this.folds = folds;
    }

    /** Trains and evaluates one trial. Called on several threads at once. */
    public interface Objective {
        /**
         * The score of a trial.
         *
         * @param fold from 0
         * @throws InterruptedException if it was stopped: the search ends, and the trial is done again when it goes on
         * @throws Exception            if it fails; the search goes on without it
         */
        double score(Trial trial, int fold) throws Exception;
    }

    record Key(Map<String, String> values, int fold) {}

    /**
     * Runs what the file of results does not hold yet.
     *
     * @throws IOException          if the file cannot be read or written
     * @throws InterruptedException if the thread is interrupted, and the trials that run are too and end first, or if a trial was stopped
     */
    public Ranking run(List<Trial> trials, Objective objective, String metric, boolean higherIsBetter)
            throws IOException, InterruptedException {
        Map<Key, Double> known = read();
        WorkerPool threads = new WorkerPool("trial", parallel);
        try {
            Map<Key, Future<Double>> running = new LinkedHashMap<>();
            for (Trial trial : trials) {
                for (int fold = 0; fold < folds; fold++) {
                    Key key = new Key(trial.values(), fold);
                    if (!known.containsKey(key) && !running.containsKey(key)) {
                        int its = fold;
                        running.put(key, threads.submit(() -> runOne(objective, trial, its)));
                    }
                }
            }
            collect(running, known);
        } finally {
            threads.close();
            // Nobody else may take the folder while a trial still writes there.
            threads.awaitEnd(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        }
        return rank(trials, known, metric, higherIsBetter);
    }

    private double runOne(Objective objective, Trial trial, int fold) throws IOException, InterruptedException {
        double score;
        try {
            score = objective.score(trial, fold);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("trial {} failed: {}", trial.values(), e.getMessage());
            score = Double.NaN;
        }
        // A stop that came behind the trial's last wait would close the file on it.
        Thread.interrupted();
        append(trial, fold, score);
        return score;
    }

    /** Waits for all trials. Where one was stopped the others end by themselves too, and are not interrupted while they save. */
    private static void collect(Map<Key, Future<Double>> running, Map<Key, Double> known)
            throws IOException, InterruptedException {
        InterruptedException stopped = null;
        for (Map.Entry<Key, Future<Double>> one : running.entrySet()) {
            try {
                known.put(one.getKey(), one.getValue().get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InterruptedException its) {
                    stopped = its;
                } else if (e.getCause() instanceof IOException io) {
                    throw io;
                } else {
                    throw new IllegalStateException(e.getCause());
                }
            }
        }
        if (stopped != null) {
            throw stopped;
        }
    }

    private Ranking rank(List<Trial> trials, Map<Key, Double> known, String metric, boolean higherIsBetter) {
        List<Ranking.Place> places = new ArrayList<>();
        for (Trial trial : trials) {
            List<Double> scores = new ArrayList<>();
            for (int fold = 0; fold < folds; fold++) {
                scores.add(known.get(new Key(trial.values(), fold)));
            }
            places.add(new Ranking.Place(trial, scores));
        }
        places.sort(Comparator.comparingDouble(place -> {
            double mean = place.mean();
            return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : higherIsBetter ? -mean : mean;
        }));
        return new Ranking(metric, places);
    }

    private synchronized void append(Trial trial, int fold, double score) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.set("values", JSON.valueToTree(trial.values()));
        line.put("fold", fold);
        line.put("score", Double.toString(score));
        GrowingFile.appendLine(results, JSON.writeValueAsString(line));
    }

    /** The results that are there. A last line that a killed process left half is done again. */
    Map<Key, Double> read() throws IOException {
        Map<Key, Double> known = new HashMap<>();
        if (!Files.exists(results)) {
            return known;
        }
        String text = new String(Files.readAllBytes(results), StandardCharsets.UTF_8);
        int complete = text.lastIndexOf('\n') + 1;
        if (complete < text.length()) {
            Storage.write(results, text.substring(0, complete).getBytes(StandardCharsets.UTF_8));
        }
        int number = 0;
        for (String line : text.substring(0, complete).lines().toList()) {
            number++;
            try {
                JsonNode json = JSON.readTree(line);
                Map<String, String> values = new LinkedHashMap<>();
                json.path("values")
                        .properties()
                        .forEach(value ->
                                values.put(value.getKey(), value.getValue().asText()));
                known.put(
                        new Key(values, json.path("fold").asInt()),
                        Double.valueOf(json.path("score").asText()));
            } catch (JsonProcessingException | NumberFormatException e) {
                throw new DataException(
                        DataException.Kind.CORRUPT, results + ": line " + number, "is no result of a search", e);
            }
        }
        return known;
    }
}

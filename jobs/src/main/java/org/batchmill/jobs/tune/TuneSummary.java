package org.batchmill.jobs.tune;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Chart;
import org.batchmill.augment.draw.ContactSheet;
import org.batchmill.jobs.CsvField;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.NumberText;
import org.batchmill.jobs.report.PlainReport;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.tune.Option;
import org.batchmill.train.tune.Ranking;

/**
 * What a search found.
 *
 * @param run      the folder of the search
 * @param searched the options that differed
 * @param ranking  every trial, best first
 * @param best     the checkpoint of the best trial, of each fold in turn; empty where every trial failed
 */
public record TuneSummary(Path run, List<Option> searched, Ranking ranking, List<Path> best) {

    private static final int CHART_WIDTH = 460;
    private static final int CHART_HEIGHT = 320;

    /** Values that differ by more than this factor are drawn on a logarithmic axis. */
    private static final double WIDE = 50;

    public TuneSummary {
        searched = List.copyOf(searched);
        best = List.copyOf(best);
    }

    /** Whether any trial came to a result. */
    public boolean found() {
        return !Double.isNaN(ranking.places().get(0).mean());
    }

    /** The table, for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(ranking.format().lines().toList());
        best.forEach(checkpoint -> lines.add("checkpoint  " + checkpoint));
        lines.add("run folder  " + run);
        lines.add("table       " + run.resolve(RunFiles.TABLE));
        lines.add("plot        " + run.resolve("tune.png"));
        lines.add("report      " + run.resolve(RunFiles.REPORT));
        return lines;
    }

    /** The best trial, for where no script may run. */
    String plain() {
        Map<String, String> facts = new LinkedHashMap<>();
        Ranking.Place first = ranking.places().get(0);
        facts.put("trials", Integer.toString(ranking.places().size()));
        facts.put("best " + ranking.metric(), NumberText.of(first.mean()));
        facts.putAll(first.trial().values());
        return PlainReport.of(run.toAbsolutePath().getFileName().toString(), facts);
    }

    /** One line with the keys of docs/cli.md. */
    public String toJson() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("run", run.toString());
        keys.put("metric_name", ranking.metric());
        keys.put("checkpoints", best.stream().map(Path::toString).toList());
        keys.put(
                "trials",
                ranking.places().stream()
                        .map(place -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("values", place.trial().values());
                            one.put("metric", JsonLine.finite(place.mean()));
                            one.put("std", JsonLine.finite(place.standardDeviation()));
                            one.put(
                                    "scores",
                                    place.scores().stream()
                                            .map(JsonLine::finite)
                                            .toList());
                            return one;
                        })
                        .toList());
        return JsonLine.of(keys);
    }

    /** Writes results.csv, a line a trial, and tune.png, a chart for each option. */
    void write() throws IOException {
        Storage.write(run.resolve(RunFiles.TABLE), csv().getBytes(StandardCharsets.UTF_8));
        try (ContactSheet sheet = new ContactSheet(
                ranking.metric() + " of " + ranking.places().size() + " trials",
                Math.min(2, searched.size()),
                CHART_WIDTH,
                CHART_HEIGHT)) {
            for (Option option : searched) {
                Axis axis = axis(option.name());
                sheet.add(
                        new Chart(option.name(), axis.title(), ranking.metric())
                                .points(
                                        ranking.metric(),
                                        axis.positions(),
                                        ranking.places().stream()
                                                .mapToDouble(Ranking.Place::mean)
                                                .toArray())
                                .draw(CHART_WIDTH, CHART_HEIGHT),
                        "");
            }
            try (Canvas drawn = sheet.draw()) {
                drawn.write(run.resolve("tune.png"));
            }
        }
    }

    private String csv() {
        List<String> names = searched.stream().map(Option::name).toList();
        StringBuilder table = new StringBuilder("rank," + String.join(",", names) + "," + ranking.metric() + ",std");
        int folds = ranking.places().get(0).scores().size();
        for (int fold = 0; fold < folds; fold++) {
            table.append(",fold_").append(fold);
        }
        int rank = 1;
        for (Ranking.Place place : ranking.places()) {
            table.append('\n').append(rank++);
            for (String name : names) {
                String value = place.trial().values().get(name);
                table.append(',').append(CsvField.of(value));
            }
            table.append(',').append(place.mean()).append(',').append(place.standardDeviation());
            place.scores().forEach(score -> table.append(',').append(score));
        }
        return table.append('\n').toString();
    }

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Axis(String title, double[] positions) {}

    /** Numbers stand where they belong, texts side by side in the order of their names. */
    private Axis axis(String name) {
        List<String> values = ranking.places().stream()
                .map(place -> place.trial().values().get(name))
                .toList();
        double[] numbers = values.stream().mapToDouble(TuneSummary::number).toArray();
        double low = Arrays.stream(numbers).min().orElse(0);
        double high = Arrays.stream(numbers).max().orElse(0);
        if (Double.isNaN(low)) {
            List<String> texts = values.stream().distinct().sorted().toList();
            String legend = texts.stream()
                    .map(text -> texts.indexOf(text) + ": " + text)
                    .collect(Collectors.joining(", "));
            return new Axis(legend, values.stream().mapToDouble(texts::indexOf).toArray());
        }
        return low > 0 && high > WIDE * low
                ? new Axis(
                        "log10 " + name, Arrays.stream(numbers).map(Math::log10).toArray())
                : new Axis(name, numbers);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}

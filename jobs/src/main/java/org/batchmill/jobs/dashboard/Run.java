package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.batchmill.jobs.evaluate.EvaluationRecord;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.train.events.EventWriter;

/**
 * A folder in which a training or a search keeps what it makes, and what was read of it so far. Safe for use by many threads.
 */
final class Run {

    private static final int MOST_SKIPPED = 2000;
    private static final int MOST_TRIALS = 5000;
    private static final int MOST_EVALUATIONS = 200;
    private static final int MOST_INPUT = 4000;

    private final String id;
    private final String name;
    private final Path root;
    private final Path folder;
    private final MetricsLog metrics;
    private final EventLog events;
    private final JsonLines skipped;
    private final JsonLines trials;
    private final JsonLines evaluations;
    private final JsonLines input;
    private final TraceLog trace;

    /**
     * @param id   in addresses
     * @param name for people
     * @param root real path of what was given on the command line
     */
    Run(String id, String name, Path root, Path folder) {
        this.id = id;
        this.name = name;
        this.root = root;
        this.folder = folder;
        this.metrics = new MetricsLog(file(RunFiles.METRICS));
        this.events = new EventLog(root, folder);
        this.skipped = new JsonLines(file(SkippedSamples.FILE), MOST_SKIPPED);
        this.trials = new JsonLines(file(RunFiles.TRIALS), MOST_TRIALS);
        this.evaluations = new JsonLines(file(EvaluationRecord.FILE), MOST_EVALUATIONS);
        this.input = new JsonLines(file(RunFiles.INPUT), MOST_INPUT);
        this.trace = new TraceLog(file(RunFiles.TRACE));
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    RunFile file(String its) {
        return new RunFile(root, folder, its);
    }

    /** Files of the folder whose names match, in the order of their names. */
    List<RunFile> files(String pattern) throws IOException {
        List<RunFile> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path its : files) {
                RunFile file = file(its.getFileName().toString());
                if (file.real() != null) {
                    found.add(file);
                }
            }
        }
        found.sort(Comparator.comparing(RunFile::name));
        return found;
    }

    MetricsLog metrics() {
        return metrics;
    }

    /** Read up to now. */
    EventLog events() throws IOException {
        events.refresh();
        return events;
    }

    JsonLines skipped() {
        return skipped;
    }

    JsonLines trials() {
        return trials;
    }

    JsonLines evaluations() {
        return evaluations;
    }

    JsonLines input() {
        return input;
    }

    TraceLog trace() {
        return trace;
    }

    boolean isSearch() {
        return file(RunFiles.TRIALS).stamp() != null;
    }

    /** When its numbers changed last, in milliseconds since 1970; 0 if there are none. */
    long modified() {
        long latest = 0;
        for (String its : List.of(RunFiles.METRICS, RunFiles.TRIALS, SkippedSamples.FILE, EvaluationRecord.FILE)) {
            RunFile.Stamp stamp = file(its).stamp();
            latest = Math.max(latest, stamp == null ? 0 : stamp.modified());
        }
        return latest;
    }

    /** Whether the report that ends a training is there, and was written behind its last numbers. */
    boolean hasEnded() {
        RunFile.Stamp report = file(RunFiles.REPORT).stamp();
        RunFile.Stamp numbers = file(RunFiles.METRICS).stamp();
        RunFile.Stamp table = file(RunFiles.TABLE).stamp();
        return table != null || (report != null && (numbers == null || report.modified() >= numbers.modified()));
    }

    /** Differs from what it was if a file did that a page shows. */
    String version() {
        long sum = 17;
        for (String its : List.of(
                RunFiles.METRICS,
                RunFiles.TRIALS,
                RunFiles.TABLE,
                SkippedSamples.FILE,
                EvaluationRecord.FILE,
                RunFiles.INPUT,
                RunFiles.SUMMARY,
                RunFiles.TRACE,
                RunFiles.REPORT,
                RunFiles.CONFIG)) {
            RunFile.Stamp stamp = file(its).stamp();
            sum = 31 * sum + (stamp == null ? 0 : stamp.hashCode());
        }
        try {
            for (String pattern :
                    List.of(EventWriter.PREFIX + "*", DriveFiles.PATTERN, GangAnswers.LOGS, GangAnswers.STALENESS)) {
                for (RunFile its : files(pattern)) {
                    RunFile.Stamp stamp = its.stamp();
                    sum += stamp == null ? 0 : 7L * stamp.hashCode();
                }
            }
        } catch (IOException e) {
            sum++;
        }
        return Long.toHexString(sum);
    }
}

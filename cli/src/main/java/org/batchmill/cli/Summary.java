package org.batchmill.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JsonLine;

/**
 * The figures of a job over files, in one line at its end: with --json {@code {"summary": {...}}}, else a text. With --out it is the last line
 * of standard output where that is JSON; else it goes to standard error, since whoever reads results without files counts on a line a result
 * and nothing else. Its clock begins when it is made. Used by one thread.
 */
final class Summary {

    private final long start = System.nanoTime();
    private final String unit;
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private long done;
    private long bad;

    /** @param unit what is counted: images or frames */
    Summary(String unit) {
        this.unit = unit;
    }

    /** Counts one of them. */
    void add() {
        done++;
    }

    void done(long count) {
        done = count;
    }

    /** How many inputs could not be read. */
    void bad(long count) {
        bad = count;
    }

    /** A figure of the job's own. */
    void put(String key, Object value) {
        figures.put(key, value);
    }

    /** @param out where files go; null for none */
    void print(Terminal terminal, Results results, Path out) {
        double seconds = (System.nanoTime() - start) * 1e-9;
        if (results.isJson()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put(unit, done);
            all.put("bad", bad);
            all.putAll(figures);
            all.put("seconds", rounded(seconds));
            all.put(unit + "_per_second", rounded(done / seconds));
            String line = JsonLine.of(Map.of("summary", all));
            if (out == null) {
                terminal.progress(line);
            } else {
                terminal.print(line);
            }
        } else {
            terminal.progress(String.format(
                    Locale.ROOT,
                    "%,d %s, %,d not read, in %.1f s, %.1f %s/s",
                    done,
                    unit,
                    bad,
                    seconds,
                    done / seconds,
                    unit));
        }
    }

    private static double rounded(double value) {
        return Math.rint(value * 1000) / 1000;
    }
}

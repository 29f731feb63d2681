package org.batchmill.benchmarks.results;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A table of one run of a benchmark: printed row by row as Markdown, and kept as JSON below {@value #FOLDER} when it is closed. Used by one
 * thread.
 */
public final class ResultTable implements AutoCloseable {

    /** Where results are kept, seen from the root of a checkout, where benchmarks are run. */
    static final String FOLDER = "benchmarks/results";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String benchmark;
    private final List<String> arguments;
    private final List<Column> columns;
    private final PrintStream out;
    private final Path folder;
    private final List<List<Object>> rows = new ArrayList<>();

    private ResultTable(String benchmark, List<String> arguments, List<Column> columns, PrintStream out, Path folder) {
        this.benchmark = benchmark;
        this.arguments = arguments;
        this.columns = columns;
        this.out = out;
        this.folder = folder;
    }

    /**
     * Prints the head.
     *
     * @param benchmark the class that measures; the file is called after it
     * @param arguments that it was given
     */
    public static ResultTable of(Class<?> benchmark, String[] arguments, Column... columns) {
        return begin(benchmark.getSimpleName(), List.of(arguments), List.of(columns), System.out, Path.of(FOLDER));
    }

    static ResultTable begin(
            String benchmark, List<String> arguments, List<Column> columns, PrintStream out, Path folder) {
        ResultTable table = new ResultTable(benchmark, arguments, columns, out, folder);
        out.println(RunResult.head(columns));
        return table;
    }

    /** @param values one for each column: a text, a number, or null */
    public void row(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for " + columns.size() + " columns");
        }
        List<Object> row = Arrays.asList(values.clone());
        rows.add(row);
        out.println(RunResult.line(columns, row));
    }

    /** Keeps the rows, if there are any and the folder is there. */
    @Override
    public void close() throws IOException {
        if (rows.isEmpty() || !Files.isDirectory(folder)) {
            return;
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        RunResult result = new RunResult(benchmark, arguments, now.toString(), Machine.here(), columns, rows);
        Path file = folder.resolve(benchmark + "-" + STAMP.format(now) + ".json");
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), result);
        out.println();
        out.println("kept in " + file);
    }
}

package org.batchmill.ingest.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * Rows of numbers in CSV files (RFC 4180, UTF-8): a line of column names, which is told by holding a text that is no number, then a line
 * a sample. Some columns are what is to be predicted, all others are features, in the order of the file. Rows stay in memory as
 * texts; a bad one is told of when it is read. A sample's id is {@code NAME.csv#ROW}, rows from 0. Safe for use by many threads.
 */
final class CsvTable implements SampleSource.Indexed {

    private static final CsvMapper CSV = new CsvMapper();

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Row(Path file, long line, int number, String[] fields) {}

    private final List<String> columns;
    private final List<Row> rows;
    private final int[] features;
    private final int[] targets;

    private CsvTable(List<String> columns, List<Row> rows, int[] targets) {
        this.columns = columns;
        this.rows = rows;
        this.targets = targets;
        this.features = IntStream.range(0, columns.size())
                .filter(column -> IntStream.of(targets).noneMatch(target -> target == column))
                .toArray();
    }

    /**
     * Reads files, all with the same columns.
     *
     * @param targets names of the columns to predict; empty for the last
     * @throws DataException  if a file is no table, or its columns differ from the first's
     * @throws UsageException if there is no such column, or none is left to predict from
     */
    static CsvTable open(List<Path> files, List<String> targets) throws IOException {
        List<String> columns = null;
        List<Row> rows = new ArrayList<>();
        for (Path file : files) {
            List<String> its = read(file, rows);
            if (columns != null && !its.equals(columns)) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, file.toString(), "its columns are " + its + ", not " + columns);
            }
            columns = its;
        }
        return new CsvTable(columns, rows, indexes(columns, targets));
    }

    private static int[] indexes(List<String> columns, List<String> targets) {
        List<String> names = targets.isEmpty() ? List.of(columns.get(columns.size() - 1)) : targets;
        int[] indexes = names.stream()
                .mapToInt(name -> {
                    int index = columns.indexOf(name);
                    if (index < 0) {
                        throw new UsageException(
                                "there is no column " + name + " to predict; there are " + String.join(", ", columns));
                    }
                    return index;
                })
                .distinct()
                .toArray();
        if (indexes.length == columns.size()) {
            throw new UsageException("no column is left to predict from: there are " + String.join(", ", columns));
        }
        return indexes;
    }

    /** Adds a file's rows, and returns the names of its columns: 1, 2, 3 where it has none. */
    private static List<String> read(Path file, List<Row> rows) throws IOException {
        List<String> columns = null;
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(file);
                MappingIterator<String[]> lines = CSV.readerFor(String[].class)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.TRIM_SPACES)
                        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .readValues(in)) {
            while (lines.hasNextValue()) {
                long line = lines.getCurrentLocation().getLineNr();
                String[] fields = lines.nextValue();
                if (columns == null) {
                    // A byte order mark, as spreadsheets write it, is no part of the first name.
                    fields[0] = fields[0].replaceFirst("^\ufeff", "");
                    columns = names(fields);
                    if (!isNumbers(fields)) {
                        continue;
                    }
                }
                rows.add(new Row(file, line, number++, fields));
            }
        } catch (CharacterCodingException e) {
            throw new DataException(Kind.UNSUPPORTED, file.toString(), "is not text in UTF-8", e);
        } catch (JsonProcessingException e) {
            throw new DataException(Kind.CORRUPT, file.toString(), e.getOriginalMessage(), e);
        }
        if (columns == null || columns.size() < 2) {
            throw new DataException(Kind.UNSUPPORTED, file.toString(), "is no table of at least two columns");
        }
        return columns;
    }

    private static List<String> names(String[] firstLine) {
        return isNumbers(firstLine)
                ? IntStream.rangeClosed(1, firstLine.length)
                        .mapToObj(Integer::toString)
                        .toList()
                : List.of(firstLine);
    }

    private static boolean isNumbers(String[] fields) {
        return Arrays.stream(fields).allMatch(field -> Double.isFinite(number(field)));
    }

    /** NaN for what is no number. */
    private static double number(String field) {
        try {
            return Double.parseDouble(field);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public long size() {
        return rows.size();
    }

    @Override
    public Sample read(long index) throws DataException {
        Row row = rows.get((int) index);
        if (row.fields.length != columns.size()) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, place(row), row.fields.length + " values for " + columns.size() + " columns");
        }
        return new Sample(
                SampleId.ofFrame(String.valueOf(row.file.getFileName()), row.number),
                new Content.Features(values(row, features)),
                new Labels.Targets(values(row, targets)));
    }

    private float[] values(Row row, int[] which) throws DataException {
        float[] values = new float[which.length];
        for (int i = 0; i < which.length; i++) {
            String field = row.fields[which[i]];
            values[i] = (float) number(field);
            if (!Float.isFinite(values[i])) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        place(row) + ", column " + columns.get(which[i]),
                        "\"" + field + "\" is not a finite number");
            }
        }
        return values;
    }

    private static String place(Row row) {
        return row.file + ": line " + row.line;
    }

    @Override
    public void close() {}
}

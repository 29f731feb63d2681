package org.batchmill.benchmarks.results;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one run of a benchmark measured: a file's content. A plain value.
 *
 * @param date UTC, as ISO 8601 has it
 */
record RunResult(
        String benchmark,
        List<String> arguments,
        String date,
        Machine machine,
        List<Column> columns,
        List<List<Object>> rows) {

    static String head(List<Column> columns) {
        String names = columns.stream().map(Column::name).collect(Collectors.joining(" | ", "| ", " |"));
        return names + "\n" + columns.stream().map(Column::rule).collect(Collectors.joining("|", "|", "|"));
    }

    static String line(List<Column> columns, List<Object> row) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            cells.add(columns.get(i).format(row.get(i)));
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    /** Where, when and how, and the rows whose first cell holds a text; empty if none does. */
    String markdown(String part) {
        String lines = rows.stream()
                .filter(row -> String.valueOf(row.get(0)).contains(part))
                .map(row -> line(columns, row))
                .collect(Collectors.joining("\n"));
        return lines.isEmpty()
                ? ""
                : machine.describe() + ", " + date.substring(0, date.indexOf('T')) + ": `" + benchmark + " "
                        + String.join(" ", arguments) + "`\n\n" + head(columns) + "\n" + lines + "\n";
    }
}

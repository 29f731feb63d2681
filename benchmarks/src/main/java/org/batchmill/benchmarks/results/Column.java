package org.batchmill.benchmarks.results;

import java.util.Locale;

/**
 * A column of a table of results. A plain value.
 *
 * @param decimals of its numbers; -1 for texts
 */
public record Column(String name, int decimals) {

    public static Column text(String name) {
        return new Column(name, -1);
    }

    public static Column number(String name, int decimals) {
        return new Column(name, decimals);
    }

    /** The line below the head that Markdown wants: numbers stand to the right. */
    String rule() {
        return decimals < 0 ? "---" : "---:";
    }

    /** @param value a text, a number, or null for an empty cell */
    String format(Object value) {
        if (value == null) {
            return "";
        }
        return decimals < 0 ? value.toString() : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}

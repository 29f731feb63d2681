package org.batchmill.jobs;

/** Fields of tables of commas, as RFC 4180 has them. Stateless. */
public final class CsvField {

    private CsvField() {}

    /** The text, in quotes where a reader would take it apart or strip it; also at semicolons, which spreadsheets of some languages divide by. */
    public static String of(String text) {
        boolean plain = text.equals(text.strip()) && text.chars().noneMatch(c -> ",;\"\n\r".indexOf(c) >= 0);
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}

package org.batchmill.records;

import java.util.ArrayList;
import java.util.List;

/** The fields of a line of a table, which may stand in double quotes (RFC 4180), and what may stand in them. Stateless. */
public final class TextFields {

    private TextFields() {}

    /** Its fields, without quotes and the spaces around them. A quote that is not closed ends with the line. */
    public static List<String> of(String line, char separator) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                boolean doubled = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (doubled) {
                    field.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == separator && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /** Whether a text is a number in notations that Java knows and no file means: {@code 1f}, {@code 1d}, {@code 0x1p3}. */
    public static boolean isJavasOwn(String text) {
        return text.indexOf('x') >= 0
                || text.indexOf('X') >= 0
                || (!text.isEmpty() && "dDfF".indexOf(text.charAt(text.length() - 1)) >= 0);
    }

    /** What parts the fields of a line: a tab, a semicolon where there are more of them than commas outside quotes, else a comma. */
    public static char separator(String line) {
        int commas = of(line, ',').size();
        int semicolons = of(line, ';').size();
        if (of(line, '\t').size() > Math.max(commas, semicolons)) {
            return '\t';
        }
        return semicolons >= commas && semicolons > 1 ? ';' : ',';
    }

    /** A decimal with a point: where no commas part the fields, one that has none may have a comma in its place. */
    public static String decimal(String field, char separator) {
        return separator != ',' && field.indexOf('.') < 0 ? field.replace(',', '.') : field;
    }
}

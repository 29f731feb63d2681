package org.batchmill.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a text in YAML, in one line with its place: its parser draws the place over several. */
public final class YamlProblem {

    /** The parser's own account of a place. */
    private static final Pattern PLACE = Pattern.compile("(?s) in 'reader', line (\\d+), column \\d+:.*");

    private YamlProblem() {}

    /** {@code line 3: found unexpected end of stream}. */
    public static String of(JsonProcessingException e) {
        String problem = "";
        long line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
        List<String> said = e.getOriginalMessage().lines().toList();
        for (String part : said) {
            Matcher place = PLACE.matcher(part);
            if (place.matches()) {
                line = Long.parseLong(place.group(1));
            } else if (!part.startsWith(" ")) {
                // What it was about to read comes first, then what it met.
                problem = part;
            }
        }
        return line > 0 ? "line " + line + ": " + problem : problem;
    }
}

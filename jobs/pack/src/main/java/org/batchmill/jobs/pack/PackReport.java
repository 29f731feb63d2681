package org.batchmill.jobs.pack;

import java.util.List;
import java.util.Map;
import org.batchmill.jobs.JsonLine;

/**
 * How a packing ended.
 *
 * @param leftOut the bad samples, a line each
 * @param keys    of the JSON line, see docs/cli.md
 * @param lines   for people
 */
public record PackReport(List<String> leftOut, Map<String, Object> keys, List<String> lines) {

    /** One line with the keys of docs/cli.md. */
    public String toJson() {
        return JsonLine.of(keys);
    }
}

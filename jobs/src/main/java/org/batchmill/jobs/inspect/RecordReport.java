package org.batchmill.jobs.inspect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JsonLine;
import org.batchmill.records.files.RecordCheck;

/** What was found in record files, with the keys of docs/cli.md. Stateless. */
public final class RecordReport {

    private RecordReport() {}

    /** One line for all files. */
    public static String toJson(List<RecordCheck> checks) {
        return JsonLine.of(
                Map.of("files", checks.stream().map(RecordReport::keys).toList()));
    }

    static Map<String, Object> keys(RecordCheck check) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("path", check.path().toString());
        keys.put("records", check.records());
        keys.put("bytes", check.bytes());
        keys.put("compression", check.compression().name().toLowerCase(Locale.ROOT));
        keys.put(
                "damaged",
                check.damaged().stream()
                        .map(damage -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("offset", damage.offset());
                            one.put("reason", damage.kind().word() + ": " + damage.reason());
                            return one;
                        })
                        .toList());
        return keys;
    }
}

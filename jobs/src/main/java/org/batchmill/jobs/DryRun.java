package org.batchmill.jobs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a job would read and write. Immutable.
 *
 * @param inputs what would be read, by what it is: images, videos
 * @param files  that would be written
 */
public record DryRun(Map<String, Long> inputs, List<Path> files) {

    public DryRun {
        files = List.copyOf(files);
    }

    private long replaced() {
        return files.stream().filter(Files::exists).count();
    }

    /** One line with the keys of docs/cli.md. */
    public String toJson() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("dry_run", true);
        keys.putAll(inputs);
        keys.put("files", files.stream().map(Path::toString).toList());
        keys.put("replaced", replaced());
        return JsonLine.of(keys);
    }

    /** For people. */
    public List<String> lines() {
        List<String> what = new ArrayList<>();
        inputs.forEach((kind, count) -> what.add(String.format(Locale.ROOT, "%,d %s", count, kind)));
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "would read %s and write %,d files, %,d of them over files that are there",
                String.join(" and ", what),
                files.size(),
                replaced()));
        files.forEach(file -> lines.add(file.toString()));
        return lines;
    }
}

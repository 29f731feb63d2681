package org.batchmill.jobs.predict;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.batchmill.jobs.JsonLine;
import org.batchmill.train.task.LikelyClass;

/**
 * What a classifier says of an image.
 *
 * @param path  of the image, as it was named or found below a folder that was
 * @param top   the likeliest classes, the likeliest first; empty for an image that cannot be read
 * @param error why it cannot be read; null where it can
 */
public record ImagePrediction(Path path, List<LikelyClass> top, String error) {

    public ImagePrediction {
        top = List.copyOf(top);
    }

    /** For people. */
    public String line() {
        return error == null
                ? path + ": "
                        + top.stream()
                                .map(likely ->
                                        String.format(Locale.ROOT, "%s %.3f", likely.name(), likely.probability()))
                                .collect(Collectors.joining(", "))
                : error;
    }

    /** One line with the keys of docs/cli.md. */
    public String toJson() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("path", path.toString());
        if (error != null) {
            keys.put("error", error);
            return JsonLine.of(keys);
        }
        keys.putAll(keys(top));
        return JsonLine.of(keys);
    }

    /** What is said of an image that can be read. */
    static Map<String, Object> keys(List<LikelyClass> top) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("class", top.get(0).name());
        keys.put("probability", JsonLine.finite(top.get(0).probability()));
        keys.put("top", top.stream().map(ImagePrediction::keys).toList());
        return keys;
    }

    private static Map<String, Object> keys(LikelyClass likely) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("class", likely.name());
        keys.put("probability", JsonLine.finite(likely.probability()));
        return keys;
    }
}

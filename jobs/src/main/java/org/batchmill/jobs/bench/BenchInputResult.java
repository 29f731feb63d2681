package org.batchmill.jobs.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JsonLine;

/**
 * What {@link BenchInputJob} measured.
 *
 * @param images                 of the epoch; bad ones that were left out are not counted
 * @param imagesPerSecond        of the pipeline, the median of the rounds
 * @param ceilingImagesPerSecond of the loop beside it, the median of the rounds
 * @param ceiling                what that loop consists of
 * @param bytesPerSecond         read from the source by the pipeline
 * @param workers                threads of both
 * @param cached                 whether one batch was served again and again, so that data were free
 * @param shuffleQuality         1 as good as a global shuffle, 0 each batch of one class only; NaN where that cannot be said
 * @param stages                 what the workers of the pipeline did
 * @param digest                 SHA-256 over all batches in order, pixels and labels; null if it was not asked for
 * @param verdict                a line that names the slowest stage
 */
public record BenchInputResult(
        long images,
        double imagesPerSecond,
        double ceilingImagesPerSecond,
        String ceiling,
        double bytesPerSecond,
        String policy,
        String shuffle,
        int workers,
        boolean cached,
        double shuffleQuality,
        List<Stage> stages,
        String digest,
        String verdict) {

    /** A kind of work: how long a sample took, and its share of all work. */
    public record Stage(String name, double busyMillisPerSample, double share) {

        private Map<String, Object> keys() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("name", name);
            keys.put("busy_ms_per_sample", busyMillisPerSample);
            keys.put("share", share);
            return keys;
        }
    }

    public BenchInputResult {
        stages = List.copyOf(stages);
    }

    /** The part of the ceiling that was reached. */
    public double ratio() {
        return imagesPerSecond / ceilingImagesPerSecond;
    }

    /** One line with the keys of docs/cli.md. */
    public String toJson() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("images", images);
        keys.put("images_per_second", imagesPerSecond);
        keys.put("ceiling_images_per_second", ceilingImagesPerSecond);
        keys.put("ceiling", ceiling);
        keys.put("ratio", ratio());
        keys.put("policy", policy);
        keys.put("shuffle", shuffle);
        keys.put("stages", stages.stream().map(Stage::keys).toList());
        keys.put("workers", workers);
        keys.put("bytes_per_second", bytesPerSecond);
        keys.put("shuffle_quality", JsonLine.finite(shuffleQuality));
        keys.put("cached", cached);
        keys.put("verdict", verdict);
        if (digest != null) {
            keys.put("digest", digest);
        }
        return JsonLine.of(keys);
    }

    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%,d images, policy %s, shuffle %s, %d workers%s: %,.0f images/s; ceiling (%s) %,.0f images/s; ratio %.2f",
                images,
                policy,
                shuffle,
                workers,
                cached ? ", one batch served again and again" : "",
                imagesPerSecond,
                ceiling,
                ceilingImagesPerSecond,
                ratio()));
        for (Stage stage : stages) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-8s %8.3f ms a sample  %5.1f %%",
                    stage.name(),
                    stage.busyMillisPerSample(),
                    100 * stage.share()));
        }
        lines.add(String.format(Locale.ROOT, "read     %8.1f MB/s", bytesPerSecond / 1e6));
        lines.add(verdict);
        if (digest != null) {
            lines.add("digest " + digest);
        }
        return lines;
    }
}

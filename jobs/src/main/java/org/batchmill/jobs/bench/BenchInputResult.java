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
 * @param input          what was measured
 * @param pipeline       how fast it is, the median of the rounds
 * @param ceiling        the loop beside it
 * @param shuffleQuality 1 as good as a global shuffle, 0 each batch of one class only; NaN where that cannot be said
 * @param stages         what the workers of the pipeline did
 * @param digest         SHA-256 over all batches in order, pixels and labels; null if it was not asked for
 * @param verdict        a line that names the slowest stage
 */
public record BenchInputResult(
        Input input,
        Speed pipeline,
        Ceiling ceiling,
        double shuffleQuality,
        List<Stage> stages,
        String digest,
        String verdict) {

    /**
     * What was measured.
     *
     * @param images  of the epoch; bad ones that were left out are not counted
     * @param workers threads of the pipeline and of the ceiling
     * @param cached  whether one batch was served again and again, so that data were free
     */
    public record Input(long images, String policy, String shuffle, int workers, boolean cached) {}

    /** @param bytesPerSecond read from the source */
    public record Speed(double imagesPerSecond, double bytesPerSecond) {}

    /**
     * A loop that only does what has to be done.
     *
     * @param kind            what it consists of
     * @param imagesPerSecond the median of the rounds
     */
    public record Ceiling(String kind, double imagesPerSecond) {}

    /** A kind of work: how long a sample took, and its share of all work. */
    public record Stage(String name, double busyMillisPerSample, double share) {

        private Map<String, Object> keys() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("name", name);
            keys.put("busy_ms_per_sample", JsonLine.finite(busyMillisPerSample));
            keys.put("share", JsonLine.finite(share));
            return keys;
        }
    }

    public BenchInputResult {
        stages = List.copyOf(stages);
    }

    /** The part of the ceiling that was reached. */
    public double ratio() {
        return pipeline.imagesPerSecond / ceiling.imagesPerSecond;
    }

    /** One line with the keys of docs/cli.md. */
    public String toJson() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("images", input.images);
        keys.put("images_per_second", JsonLine.finite(pipeline.imagesPerSecond));
        keys.put("ceiling_images_per_second", JsonLine.finite(ceiling.imagesPerSecond));
        keys.put("ceiling", ceiling.kind);
        keys.put("ratio", JsonLine.finite(ratio()));
        keys.put("policy", input.policy);
        keys.put("shuffle", input.shuffle);
        keys.put("stages", stages.stream().map(Stage::keys).toList());
        keys.put("workers", input.workers);
        keys.put("bytes_per_second", JsonLine.finite(pipeline.bytesPerSecond));
        keys.put("shuffle_quality", JsonLine.finite(shuffleQuality));
        keys.put("cached", input.cached);
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
                input.images,
                input.policy,
                input.shuffle,
                input.workers,
                input.cached ? ", one batch served again and again" : "",
                pipeline.imagesPerSecond,
                ceiling.kind,
                ceiling.imagesPerSecond,
                ratio()));
        for (Stage stage : stages) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-8s %8.3f ms a sample  %5.1f %%",
                    stage.name(),
                    stage.busyMillisPerSample(),
                    100 * stage.share()));
        }
        lines.add(String.format(Locale.ROOT, "read     %8.1f MB/s", pipeline.bytesPerSecond / 1e6));
        lines.add(verdict);
        if (digest != null) {
            lines.add("digest " + digest);
        }
        return lines;
    }
}

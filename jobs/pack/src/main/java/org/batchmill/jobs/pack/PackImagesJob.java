package org.batchmill.jobs.pack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.ingest.packing.BoxCounts;
import org.batchmill.ingest.packing.PackJob;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.packing.PackResult;
import org.batchmill.ingest.packing.SplitRule;
import org.batchmill.ingest.sources.DataFormat;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.jobs.JobListener;

/** Packs a folder of labelled images into record shards with an index. Stateless. */
public final class PackImagesJob {

    private PackImagesJob() {}

    /**
     * Packs; the same call goes on where a stopped one ended.
     *
     * @throws org.batchmill.records.UsageException if an option makes no sense
     * @throws org.batchmill.records.DataException  if a sample is bad and may not be left out
     * @throws IOException                          if files cannot be read or written
     */
    public static PackReport run(PackImagesOptions options, JobListener listener)
            throws IOException, InterruptedException {
        PackOptions packing = PackOptions.of(
                        options.pipeline.everywhere(options.data), options.pipeline.everywhere(options.packing.out))
                .withSource(SourceOptions.defaults()
                        .withFormat(DataFormat.parse(options.format))
                        .withClasses(options.classes)
                        .withCameraOffset(options.cameraOffset))
                .withContainer(options.to)
                .withShards(options.shards)
                .withMaxSide(options.maxSide)
                .withSplit(SplitRule.parse(options.split))
                .withSeed(options.seed)
                .withOnError(options.packing.onError, options.packing.maxErrors)
                .withRunner(options.pipeline.runner());
        Sources.requireUse(options.data, packing.source());
        if (options.dryRun) {
            return preview(PackJob.preview(packing), options);
        }
        PackResult result = PackJob.run(packing, new Progress(listener));
        return new PackReport(result.bad().stream().map(Object::toString).toList(), keys(result), lines(result));
    }

    private static PackReport preview(Map<String, Long> lists, PackImagesOptions options) {
        long samples = lists.values().stream().mapToLong(Long::longValue).sum();
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("dry_run", true);
        keys.put("samples", samples);
        keys.put("lists", lists);
        keys.put("out", options.packing.out);
        String line = String.format(
                Locale.ROOT,
                "would read %,d samples and write .%s files whose names begin with %s",
                samples,
                options.to.name().toLowerCase(Locale.ROOT),
                options.packing.out);
        return new PackReport(List.of(), keys, List.of(line));
    }

    private record Progress(JobListener listener) implements PackProgress.Listener {

        @Override
        public void progress(PackProgress now) {
            listener.progress(
                    "packing",
                    now.checked() + now.written(),
                    2 * now.total(),
                    String.format(
                            Locale.ROOT, "%d checked, %d written, %d bad", now.checked(), now.written(), now.bad()));
        }

        @Override
        public void notice(String line) {
            listener.warn(line);
        }
    }

    private static List<String> lines(PackResult result) {
        List<String> lines = new ArrayList<>();
        for (PackResult.Split one : result.splits()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-6s %,8d samples in %d files  %s",
                    one.name().isEmpty() ? "all" : one.name(),
                    one.samples(),
                    one.shards().size(),
                    one.objects()));
        }
        if (!result.boxes().equals(BoxCounts.NONE)) {
            lines.add(String.format(
                    Locale.ROOT,
                    "boxes: %,d without area left out, %,d clipped to their image",
                    result.boxes().dropped(),
                    result.boxes().clipped()));
        }
        lines.add(result.dataset() + " describes them; " + result.bad().size() + " bad samples left out");
        return lines;
    }

    private static Map<String, Object> keys(PackResult result) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("dataset", result.dataset().toString());
        Map<String, Long> splits = new LinkedHashMap<>();
        result.splits().forEach(one -> splits.put(one.name(), one.samples()));
        keys.put("splits", splits);
        keys.put("samples", result.samples());
        keys.put("bytes", result.bytes());
        keys.put("classes", result.classes());
        keys.put("bad", result.bad().size());
        keys.put("dropped_boxes", result.boxes().dropped());
        keys.put("clipped_boxes", result.boxes().clipped());
        return keys;
    }
}

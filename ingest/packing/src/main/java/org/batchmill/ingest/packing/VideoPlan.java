package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.video.DriveEpoch;
import org.batchmill.video.FrameLabels;
import org.batchmill.video.JoinReport;
import org.batchmill.video.VideoNames;
import org.batchmill.video.VideoReader;

/**
 * What of which drive becomes which shard, decided before anything is written: all drives are joined with their logs, divided by the
 * split, and cut at key frames where they are long.
 *
 * @param runs    in the order of the frames
 * @param reports what joining each drive found
 * @param bad     the drives that were left out
 */
record VideoPlan(List<Run> runs, Map<String, JoinReport> reports, List<BadSample> bad) {

    /** Frames of one drive, and the part of the split that they belong to. */
    record Run(DriveEpoch epoch, int from, int to, String part) {}

    /**
     * Looks at the drives.
     *
     * @param progress hears how many were looked at
     * @throws DataException  if a video or a log is bad, or they do not fit together, and bad ones are not left out
     * @throws UsageException if the split names a drive that is not there, or leaves a part empty
     */
    static VideoPlan of(VideoPackOptions options, PackProgress.Listener progress)
            throws IOException, InterruptedException {
        Path folder = Places.of(options.folder());
        List<Path> foreign = new ArrayList<>();
        List<DriveEpoch> found =
                options.records().logged() ? DriveEpoch.find(folder, foreign) : DriveEpoch.unlogged(folder, foreign);
        checkNames(options, found);
        VideoNames.foreignNotice(foreign).ifPresent(progress::notice);
        VideoPlan plan = new VideoPlan(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
        List<DriveEpoch> epochs = new ArrayList<>();
        List<FrameLabels> labels = new ArrayList<>();
        long frames = 0;
        long looked = 0;
        for (DriveEpoch epoch : found) {
            progress.lookedAt(looked++, found.size());
            if (!options.split().isBlocks() && options.split().partOf(epoch.name()) == null) {
                continue;
            }
            try {
                FrameLabels joined = FrameLabels.join(epoch, options.join());
                for (VideoRecords.Camera camera : options.records().cameras()) {
                    epoch.camera(camera.name());
                }
                if (joined.frames() == 0) {
                    throw new DataException(
                            DataException.Kind.MISSING, epoch.video().toString(), "has no frame");
                }
                epochs.add(epoch);
                labels.add(joined);
                plan.reports.put(epoch.name(), joined.report());
                frames += joined.frames();
            } catch (DataException e) {
                if (!options.errors().skips()
                        || plan.bad.size() >= options.errors().maxErrors()) {
                    throw e;
                }
                plan.bad.add(BadSample.of(e));
            }
        }
        long before = 0;
        for (int i = 0; i < epochs.size(); i++) {
            divide(options, epochs.get(i), labels.get(i).frames(), before, frames, plan.runs);
            before += labels.get(i).frames();
        }
        for (VideoSplit.Part part : options.split().parts()) {
            if (plan.runs.stream().noneMatch(run -> run.part().equals(part.name()))) {
                throw new UsageException("the part '" + part.name() + "' of the split would hold no frame");
            }
        }
        if (plan.runs.isEmpty()) {
            throw new DataException(DataException.Kind.MISSING, options.folder(), "not one of its videos can be read");
        }
        return plan;
    }

    private static void checkNames(VideoPackOptions options, List<DriveEpoch> epochs) {
        List<String> known = epochs.stream().map(DriveEpoch::name).toList();
        for (VideoSplit.Part part : options.split().parts()) {
            for (String epoch : part.epochs()) {
                if (!known.contains(epoch)) {
                    throw new UsageException(
                            options.folder() + " holds no " + epoch + ", only " + String.join(", ", known));
                }
            }
        }
    }

    /** Cuts a drive at the ends of blocks and, where it is long, at key frames. */
    private static void divide(
            VideoPackOptions options, DriveEpoch epoch, int length, long before, long frames, List<Run> runs)
            throws IOException, InterruptedException {
        if (!options.split().isBlocks()) {
            cutLong(options, epoch, 0, length, options.split().partOf(epoch.name()), runs);
            return;
        }
        long[] ends = options.split().blockEnds(frames);
        int from = 0;
        for (int block = 0; block < ends.length; block++) {
            int to = (int) Math.max(0, Math.min(length, ends[block] - before));
            if (to > from) {
                cutLong(
                        options,
                        epoch,
                        from,
                        to,
                        options.split().parts().get(block).name(),
                        runs);
                from = to;
            }
        }
    }

    private static void cutLong(
            VideoPackOptions options, DriveEpoch epoch, int from, int to, String part, List<Run> runs)
            throws IOException, InterruptedException {
        int start = from;
        if (to - from > options.shards().longest()
                && !options.records().selection().looks()) {
            int[] keys;
            try (VideoReader reader = VideoReader.open(epoch.video())) {
                keys = reader.keyFrames();
            }
            int lastKey = start;
            for (int key : keys) {
                if (key > start && key < to) {
                    if (key - start > options.shards().longest() && lastKey > start) {
                        runs.add(new Run(epoch, start, lastKey, part));
                        start = lastKey;
                    }
                    lastKey = key;
                }
            }
            if (to - start > options.shards().longest() && lastKey > start) {
                runs.add(new Run(epoch, start, lastKey, part));
                start = lastKey;
            }
        }
        runs.add(new Run(epoch, start, to, part));
    }

    /** One part a run, with the names of the shards. */
    List<VideoPart> parts(OutputNames names) {
        Map<String, Integer> count = new LinkedHashMap<>();
        runs.forEach(run -> count.merge(run.part(), 1, Integer::sum));
        Map<String, Integer> next = new LinkedHashMap<>();
        List<VideoPart> parts = new ArrayList<>();
        for (Run run : runs) {
            int shard = next.merge(run.part(), 1, Integer::sum) - 1;
            parts.add(VideoPart.of(
                    run,
                    run.part(),
                    names.shard(run.part(), shard, count.get(run.part())),
                    Thumbnails.share(parts.size(), runs.size())));
        }
        return parts;
    }
}

package org.batchmill.jobs.steering;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.batchmill.records.Labels;
import org.batchmill.records.OptionException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameCrop;

/**
 * The frames of drives as a network sees them: cut, brought to its size, and, where it wants several, with those before.
 *
 * <p>The frame {@code gap} before another is the labelled one of the same video whose number is nearest to it from below; before
 * the first one, the first is repeated. Safe for use by many threads.
 */
public final class ShownFrames implements SampleSource.Indexed {

    private final SampleSource.Indexed source;
    private final DriveAngles angles;
    private final FrameStack stack;
    private final int gap;
    private final Map<String, NavigableMap<Long, Integer>> drives;
    private final FrameCutter cutter;

    /**
     * Reads a source once for the names and angles; closing this leaves it open.
     *
     * @param gap frames from one of a stack to the next
     * @throws UsageException if several frames are wanted and these are no frames of videos
     */
    public ShownFrames(SampleSource.Indexed source, FrameCrop crop, FrameStack stack, int gap) throws IOException {
        this.source = source;
        this.stack = stack;
        this.gap = gap;
        this.angles = DriveAngles.read(source);
        this.drives = stack.frames() == 1 ? Map.of() : drives(angles);
        this.cutter = new FrameCutter(crop, stack);
    }

    private static Map<String, NavigableMap<Long, Integer>> drives(DriveAngles angles) {
        Map<String, NavigableMap<Long, Integer>> drives = new HashMap<>();
        for (int i = 0; i < angles.ids().length; i++) {
            String id = angles.ids()[i];
            if (id != null) {
                drives.computeIfAbsent(video(id), name -> new TreeMap<>()).put(number(id), i);
            }
        }
        return drives;
    }

    private static String video(String id) {
        return id.substring(0, Math.max(0, id.lastIndexOf('#')));
    }

    private static long number(String id) {
        String digits = id.substring(id.lastIndexOf('#') + 1);
        if (video(id).isEmpty() || !digits.matches("\\d{1,15}")) {
            throw new OptionException("{frames} takes the frames of videos, whose samples are called VIDEO#FRAME: " + id
                    + " has no frames before it");
        }
        return Long.parseLong(digits);
    }

    /** The names and angles of all frames, in order. */
    public DriveAngles angles() {
        return angles;
    }

    @Override
    public long size() {
        return source.size();
    }

    @Override
    public Labels labels(long index) throws IOException {
        return source.labels(index);
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public Sample read(long index) throws IOException {
        Sample sample = source.read(index);
        if (stack.frames() == 1) {
            return cutter.shown(sample);
        }
        ByteBuffer all = ByteBuffer.allocate(stack.bytes());
        String id = sample.id().value();
        NavigableMap<Long, Integer> drive = drives.get(video(id));
        for (int place = 0; place < stack.frames(); place++) {
            long back = (long) (stack.frames() - 1 - place) * gap;
            var earlier = drive.floorEntry(number(id) - back);
            int which = (earlier == null ? drive.firstEntry() : earlier).getValue();
            stack.put(place, cutter.cut(which == index ? sample : source.read(which)), all);
        }
        return new Sample(sample.id(), stack.content(all), sample.labels());
    }

    @Override
    public void close() throws IOException {
        cutter.close();
    }
}

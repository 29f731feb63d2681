package org.batchmill.jobs.steering;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameCrop;

/**
 * The frames of drives as they come in the messages of a topic, each with those before it, as {@link ShownFrames} shows those of a folder. A
 * drive is what has one key in one partition.
 *
 * <p>What is before a frame follows from the topic alone: frames of its drive in messages that are no further before its own than a number of
 * offsets. Whoever begins to read so far before a message therefore makes of it what one makes who has read all. Used by one thread.
 */
public final class DriveWindows implements AutoCloseable {

    private static final long UNKNOWN = -1;

    private final FrameStack stack;
    private final int gap;
    private final long reach;
    private final FrameCutter cutter;
    private final Map<Integer, Partition> partitions = new HashMap<>();

    /** The drives of a partition by their keys, the one whose last frame is the oldest first. */
    private static final class Partition {
        private final Map<ByteBuffer, List<Frame>> drives = new LinkedHashMap<>();
        private long last = -1;
    }

    /**
     * A frame that is remembered.
     *
     * @param number in its drive; unknown if it came without
     * @param pixels RGB at the network's size
     */
    private record Frame(long offset, long number, ByteBuffer pixels) {}

    /**
     * @param input what the network is shown
     * @param reach in how many offsets before a message the frames before it are looked for
     */
    public DriveWindows(SteeringInput input, long reach) {
        this.stack = input.stack();
        this.gap = input.view().gap();
        this.reach = reach;
        this.cutter = new FrameCutter(new FrameCrop(input.view().crop()), stack);
    }

    /**
     * Takes the frames of the next message of a partition. One that comes again makes the partition begin anew there.
     *
     * @param key   of the message; null for none
     * @param names of the samples, {@code VIDEO#FRAME}; others, and none, are in the order in which they come
     * @return each with the frames before it; what holds them already, as it is
     * @throws DataException if one is no frame, or there is no telling of which drive; none of them is remembered then
     */
    public List<Sample> with(int partition, long offset, ByteBuffer key, List<Sample> samples, List<String> names)
            throws IOException {
        Partition its = partitions.computeIfAbsent(partition, number -> new Partition());
        if (offset <= its.last) {
            its.drives.clear();
        }
        its.last = offset;
        forget(its, offset - reach);
        List<ByteBuffer> frames = new ArrayList<>();
        for (Sample sample : samples) {
            frames.add(isWhole(sample) ? null : frame(sample, key));
        }
        List<Sample> whole = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            Sample sample = samples.get(i);
            if (frames.get(i) == null) {
                whole.add(sample);
            } else {
                List<Frame> drive = its.drives.remove(key);
                drive = drive == null ? new ArrayList<>() : drive;
                its.drives.put(key, drive);
                append(drive, new Frame(offset, number(names.get(i)), frames.get(i)));
                whole.add(new Sample(sample.id(), stack.content(together(drive)), sample.labels()));
            }
        }
        return whole;
    }

    private static void forget(Partition partition, long before) {
        Iterator<List<Frame>> oldest = partition.drives.values().iterator();
        while (oldest.hasNext()) {
            List<Frame> drive = oldest.next();
            if (drive.get(drive.size() - 1).offset >= before) {
                return;
            }
            oldest.remove();
        }
    }

    /** Whether a sample holds all frames already, as {@code produce} sends them for a network of several. */
    private boolean isWhole(Sample sample) {
        return sample.content() instanceof Content.RawImage image && stack.isWhole(image);
    }

    private ByteBuffer frame(Sample sample, ByteBuffer key) throws IOException {
        String id = sample.id().value();
        if (key == null) {
            throw new DataException(
                    DataException.Kind.MISSING,
                    id,
                    "the message has no key: the network takes " + stack.frames()
                            + " frames of a drive, which is what has one key");
        }
        try {
            ByteBuffer cut = cutter.cut(sample);
            return ByteBuffer.allocate(stack.frameBytes()).put(cut.duplicate()).flip();
        } catch (UsageException e) {
            // What one producer sent is no fault of whoever answers it.
            throw new DataException(DataException.Kind.CORRUPT, id, e.getMessage(), e);
        }
    }

    private void append(List<Frame> drive, Frame frame) {
        drive.removeIf(one -> one.offset < frame.offset - reach);
        if (!drive.isEmpty() && !goesOn(drive.get(drive.size() - 1).number, frame.number)) {
            drive.clear();
        }
        drive.add(frame);
        int wanted = (stack.frames() - 1) * gap + 1;
        while (drive.size() > wanted) {
            drive.remove(0);
        }
    }

    /** A drive that is sent a second time begins anew. */
    private static boolean goesOn(long last, long number) {
        return number == UNKNOWN ? last == UNKNOWN : last != UNKNOWN && number > last;
    }

    /** The frames that end with the last; before the first of a drive, the first is repeated. */
    private ByteBuffer together(List<Frame> drive) {
        ByteBuffer all = ByteBuffer.allocate(stack.bytes());
        for (int place = 0; place < stack.frames(); place++) {
            stack.put(place, back(drive, (long) (stack.frames() - 1 - place) * gap).pixels, all);
        }
        return all;
    }

    private static Frame back(List<Frame> drive, long frames) {
        int last = drive.size() - 1;
        long number = drive.get(last).number;
        if (number == UNKNOWN) {
            return drive.get((int) Math.max(0, last - frames));
        }
        int at = last;
        while (at > 0 && drive.get(at).number > number - frames) {
            at--;
        }
        return drive.get(at);
    }

    private static long number(String name) {
        String digits = name.substring(name.lastIndexOf('#') + 1);
        return name.lastIndexOf('#') > 0 && digits.matches("\\d{1,15}") ? Long.parseLong(digits) : UNKNOWN;
    }

    @Override
    public void close() {
        cutter.close();
    }
}

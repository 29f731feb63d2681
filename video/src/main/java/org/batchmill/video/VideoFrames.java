package org.batchmill.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * The labelled frames of drive videos in any order: each video is decoded once, in order, when its first frame is asked for, and its
 * frames are kept outside the heap, already cropped and resized. What does not fit the budget is to be packed instead.
 *
 * <p>Samples are called {@code epoch01_front.mp4#17} and hold raw pixels; those of a closed source stay valid. Frames without a
 * label are left out. Safe for use by many threads.
 */
public final class VideoFrames implements SampleSource.Indexed {

    /** What the frames of all videos together may take by default, in bytes. */
    public static final long DEFAULT_BUDGET = 1L << 30;

    private final List<Drive> drives;
    private final long[] firstIndex;

    private VideoFrames(List<Drive> drives) {
        this.drives = drives;
        this.firstIndex = new long[drives.size() + 1];
        for (int i = 0; i < drives.size(); i++) {
            firstIndex[i + 1] = firstIndex[i] + drives.get(i).labelled.length;
        }
    }

    /**
     * Joins videos with their logs; nothing is decoded yet.
     *
     * @param video  how the videos are read
     * @param crop   the part of each frame that is kept, before it is brought to the size in {@code video}
     * @param budget bytes that the decoded frames may take
     * @throws DataException  if a video or a log is bad
     * @throws UsageException if the frames would take more than the budget
     */
    public static VideoFrames open(
            List<DriveEpoch> epochs, VideoOptions video, FrameCrop crop, JoinOptions join, long budget)
            throws IOException, InterruptedException {
        List<Drive> drives = new ArrayList<>();
        long bytes = 0;
        for (DriveEpoch epoch : epochs) {
            Drive drive = new Drive(epoch, FrameLabels.join(epoch, join), video, crop);
            bytes += drive.frameBytes * drive.labelled.length;
            drives.add(drive);
        }
        if (bytes > budget) {
            throw new UsageException(String.format(
                    Locale.ROOT,
                    "%s: its decoded frames take %,d MiB, more than the %,d MiB of the decoded-frame cache: pack them first"
                            + " (batchmill pack video %s --out PREFIX) and train from the records, or give --frame-cache"
                            + " more",
                    folder(epochs),
                    (bytes + (1 << 20) - 1) >> 20,
                    budget >> 20,
                    folder(epochs)));
        }
        return new VideoFrames(drives);
    }

    private static Path folder(List<DriveEpoch> epochs) {
        Path folder = epochs.get(0).video().getParent();
        return folder == null ? Path.of(".") : folder;
    }

    /** What joining each video with its log found, in the order of the videos. */
    public List<JoinReport> reports() {
        return drives.stream().map(drive -> drive.labels.report()).toList();
    }

    @Override
    public long size() {
        return firstIndex[drives.size()];
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public Sample read(long index) throws IOException {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("sample " + index + " of " + size());
        }
        int drive = 0;
        while (index >= firstIndex[drive + 1]) {
            drive++;
        }
        return drives.get(drive).sample((int) (index - firstIndex[drive]));
    }

    /** Lets go of the decoded frames. */
    @Override
    public void close() {
        drives.forEach(Drive::forget);
    }

    /** One video and what is decoded of it. */
    private static final class Drive {
        private final DriveEpoch epoch;
        private final FrameLabels labels;
        private final VideoOptions options;
        /** Frame numbers, ascending. */
        private final int[] labelled;

        private final int height;
        private final int width;
        private final long frameBytes;
        private ByteBuffer[] pixels;
        private DataException[] faults;

        Drive(DriveEpoch epoch, FrameLabels labels, VideoOptions options, FrameCrop crop)
                throws IOException, InterruptedException {
            this.epoch = epoch;
            this.labels = labels;
            int[] frames = new int[labels.frames()];
            int count = 0;
            for (int frame = 0; frame < frames.length; frame++) {
                if (!Float.isNaN(labels.angle(frame))) {
                    frames[count++] = frame;
                }
            }
            this.labelled = Arrays.copyOf(frames, count);
            try (VideoReader reader = VideoReader.open(epoch.video(), options.queuedFrames(1))) {
                VideoInfo info = reader.info();
                FrameShape asked = options.shape();
                // A video that has the size already was cut when it was made.
                boolean cut = info.height() == asked.height() && info.width() == asked.width();
                FrameShape shape = (cut ? FrameCrop.WHOLE : crop)
                        .shape(info.height(), info.width(), epoch.videoName())
                        .size(asked.height(), asked.width())
                        .order(asked.order());
                this.options = options.shape(shape);
                this.height = shape.outputHeight(info.height());
                this.width = shape.outputWidth(info.width());
            }
            this.frameBytes = 3L * height * width;
        }

        synchronized Sample sample(int index) throws IOException {
            if (pixels == null) {
                decode();
            }
            if (faults[index] != null) {
                throw faults[index];
            }
            int frame = labelled[index];
            return new Sample(
                    SampleId.ofFrame(epoch.videoName(), frame),
                    new Content.RawImage(pixels[index], height, width, 3),
                    new Labels.Steering(labels.angle(frame)));
        }

        private void decode() throws IOException {
            ByteBuffer[] decoded = new ByteBuffer[labelled.length];
            DataException[] wrong = new DataException[labelled.length];
            try (VideoReader reader = VideoReader.open(epoch.video(), options)) {
                int index = 0;
                // To the very end, where a file that was cut says so.
                while (true) {
                    try (VideoFrame frame = reader.next()) {
                        if (frame == null) {
                            break;
                        }
                        while (index < labelled.length && labelled[index] < frame.number()) {
                            index++;
                        }
                        if (index < labelled.length && labelled[index] == frame.number()) {
                            decoded[index] = ByteBuffer.allocateDirect((int) frameBytes)
                                    .put(frame.pixels())
                                    .flip();
                            index++;
                        }
                    } catch (DataException e) {
                        note(e, wrong);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(epoch.video() + ": interrupted while it was decoded", e);
            }
            for (int i = 0; i < labelled.length; i++) {
                if (decoded[i] == null && wrong[i] == null) {
                    wrong[i] = new DataException(
                            Kind.CORRUPT, epoch.video() + ": frame " + labelled[i], "could not be decoded");
                }
            }
            faults = wrong;
            pixels = decoded;
        }

        private void note(DataException fault, DataException[] wrong) {
            for (int i = 0; i < labelled.length; i++) {
                if (fault.where().endsWith(": frame " + labelled[i])) {
                    wrong[i] = fault;
                    return;
                }
            }
            if (fault.kind() == Kind.TRUNCATED && labelled.length > 0) {
                // The end is missing behind the last labelled frame: whoever reads that one hears of it.
                wrong[labelled.length - 1] = fault;
            }
        }

        synchronized void forget() {
            pixels = null;
            faults = null;
        }
    }
}

package org.batchmill.ingest.sources;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.batchmill.video.FrameCrop;
import org.batchmill.video.VideoFrames;

/**
 * How data is opened. Immutable; the {@code with} methods give a changed copy.
 *
 * @param format  how it lies on the disk
 * @param classes the classes in label order; any other is a bad annotation. Empty takes those of the data
 * @param split   one of the data set's own lists, for instance {@code train}; empty for all of it
 * @param targets of a table: the columns to predict, by name; empty for the last
 * @param cameraOffset for logs of three cameras: the angle added for the left one and subtracted for the right one; null reads
 *                     the centre camera alone
 * @param frames       what the frames of videos are decoded to; other data comes as it is
 */
public record SourceOptions(
        DataFormat format, List<String> classes, String split, List<String> targets, Double cameraOffset, Frames frames)
        implements Serializable {

    private static final SourceOptions DEFAULTS =
            new SourceOptions(DataFormat.AUTO, List.of(), "", List.of(), null, Frames.WHOLE);

    /**
     * What the frames of videos are decoded to, once, into memory.
     *
     * @param crop   the part that is kept
     * @param height rows of the result; 0 for those that were kept
     * @param width  columns of the result; 0 for those that were kept
     * @param budget bytes that the decoded frames of all videos may take
     */
    public record Frames(FrameCrop crop, int height, int width, long budget) implements Serializable {

        /** Whole frames, in at most {@link VideoFrames#DEFAULT_BUDGET}. */
        public static final Frames WHOLE = new Frames(FrameCrop.WHOLE, 0, 0, VideoFrames.DEFAULT_BUDGET);

        public Frames {
            Objects.requireNonNull(crop, "crop");
        }
    }

    public SourceOptions {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(split, "split");
        Objects.requireNonNull(frames, "frames");
        classes = List.copyOf(classes);
        targets = List.copyOf(targets);
    }

    /** The format told from what is there, all classes, all samples. */
    public static SourceOptions defaults() {
        return DEFAULTS;
    }

    public SourceOptions withFormat(DataFormat value) {
        return new SourceOptions(value, classes, split, targets, cameraOffset, frames);
    }

    public SourceOptions withClasses(List<String> value) {
        return new SourceOptions(format, value, split, targets, cameraOffset, frames);
    }

    public SourceOptions withSplit(String value) {
        return new SourceOptions(format, classes, value, targets, cameraOffset, frames);
    }

    public SourceOptions withCameraOffset(Double value) {
        return new SourceOptions(format, classes, split, targets, value, frames);
    }

    public SourceOptions withFrames(Frames value) {
        return new SourceOptions(format, classes, split, targets, cameraOffset, value);
    }

    public SourceOptions withTargets(List<String> value) {
        return new SourceOptions(format, classes, split, value, cameraOffset, frames);
    }
}

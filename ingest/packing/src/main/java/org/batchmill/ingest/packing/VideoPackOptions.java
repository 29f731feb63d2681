package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.batchmill.ingest.packing.PackOptions.Container;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameCrop;
import org.batchmill.video.FrameShape;
import org.batchmill.video.JoinOptions;
import org.batchmill.video.VideoInfo;

/**
 * Which drives to pack, and how. Immutable; methods that take a setting give a changed copy.
 *
 * @param folder    with {@code epochNN_front.mp4} and {@code epochNN_steering.csv}
 * @param shards    the files that are written
 * @param frames    what is made of each frame
 * @param join      how frames find their rows
 * @param records   which frames a record holds
 * @param split     how the drives are divided
 * @param errors    what happens to frames that cannot be decoded, and to drives that cannot be opened or joined
 * @param runner    what runs the pipeline
 */
public record VideoPackOptions(
        String folder,
        Shards shards,
        Frames frames,
        JoinOptions join,
        VideoRecords records,
        VideoSplit split,
        ErrorLimit errors,
        BeamRunner runner)
        implements Serializable {

    /**
     * The files that are written.
     *
     * @param prefix    what their names begin with, with their folder
     * @param container the kind of file
     * @param longest   frames of a shard at most, cut at key frames; the parallelism within a long video
     */
    public record Shards(String prefix, Container container, int longest) implements Serializable {
        public Shards {
            Objects.requireNonNull(prefix, "prefix");
            Objects.requireNonNull(container, "container");
            if (longest < 1) {
                throw new UsageException("a shard holds at least one frame");
            }
        }

        OutputNames names() {
            return new OutputNames(prefix, container);
        }
    }

    /**
     * What is made of each frame.
     *
     * @param crop   the part that is kept
     * @param height rows that it is brought to; 0 for those that were kept
     * @param width  columns that it is brought to; 0 for those that were kept
     * @param jpeg   quality 1 to 100, or 0 for PNG, which loses nothing
     */
    public record Frames(FrameCrop crop, int height, int width, int jpeg) implements Serializable {
        public Frames {
            Objects.requireNonNull(crop, "crop");
            if (jpeg < 0 || jpeg > 100) {
                throw new UsageException("JPEG quality is 1 to 100");
            }
        }
    }

    public VideoPackOptions {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(errors, "errors");
        Objects.requireNonNull(runner, "runner");
        if (records.window() > 0 && shards.container == Container.ARROW) {
            throw new OptionException("{window} makes SequenceExamples, which are in TFRecord files: {to} tfrecord");
        }
    }

    /** Whole frames as PNG in TFRecord files, joined by index, undivided, failing at the first bad one, on all cores. */
    public static VideoPackOptions of(String folder, String prefix) {
        return new VideoPackOptions(
                folder,
                new Shards(prefix, Container.TFRECORD, 2000),
                new Frames(FrameCrop.WHOLE, 0, 0, 0),
                JoinOptions.DEFAULT,
                VideoRecords.DEFAULT,
                VideoSplit.NONE,
                ErrorLimit.NONE,
                BeamRunner.ALL_CORES);
    }

    /** What the frames of one video are made into. */
    FrameShape shape(VideoInfo info, String video) {
        return frames.crop.shape(info.height(), info.width(), video).size(frames.height, frames.width);
    }

    public VideoPackOptions withContainer(Container value) {
        return new VideoPackOptions(
                folder, new Shards(shards.prefix, value, shards.longest), frames, join, records, split, errors, runner);
    }

    /** Cut, then brought to a size; 0 x 0 keeps the size. */
    public VideoPackOptions withFrames(FrameCrop part, int rows, int columns) {
        return new VideoPackOptions(
                folder, shards, new Frames(part, rows, columns, frames.jpeg), join, records, split, errors, runner);
    }

    public VideoPackOptions withJoin(JoinOptions value) {
        return new VideoPackOptions(folder, shards, frames, value, records, split, errors, runner);
    }

    public VideoPackOptions withRecords(VideoRecords value) {
        return new VideoPackOptions(folder, shards, frames, join, value, split, errors, runner);
    }

    public VideoPackOptions withJpeg(int value) {
        return new VideoPackOptions(
                folder,
                shards,
                new Frames(frames.crop, frames.height, frames.width, value),
                join,
                records,
                split,
                errors,
                runner);
    }

    public VideoPackOptions withSplit(VideoSplit value) {
        return new VideoPackOptions(folder, shards, frames, join, records, value, errors, runner);
    }

    public VideoPackOptions withLongest(int value) {
        return new VideoPackOptions(
                folder,
                new Shards(shards.prefix, shards.container, value),
                frames,
                join,
                records,
                split,
                errors,
                runner);
    }

    public VideoPackOptions withOnError(ErrorMode value, long most) {
        return new VideoPackOptions(folder, shards, frames, join, records, split, new ErrorLimit(value, most), runner);
    }

    public VideoPackOptions withRunner(String value, int parallelism) {
        return withRunner(new BeamRunner(value, List.of(), parallelism));
    }

    public VideoPackOptions withRunner(BeamRunner value) {
        return new VideoPackOptions(folder, shards, frames, join, records, split, errors, value);
    }
}

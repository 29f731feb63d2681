package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Consumer;
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
 * @param prefix    what the names of the shards begin with, with their folder
 * @param container the kind of file
 * @param crop      the part of each frame that is kept
 * @param height    rows that it is brought to; 0 for those that were kept
 * @param width     columns that it is brought to; 0 for those that were kept
 * @param join      how frames find their rows
 * @param records   which frames a record holds
 * @param jpeg      quality 1 to 100, or 0 for PNG, which loses nothing
 * @param split     how the drives are divided
 * @param longest   frames of a shard at most, cut at key frames; the parallelism within a long video
 * @param onError   what happens to frames that cannot be decoded, and to drives that cannot be opened or joined
 * @param maxErrors how many may be left out
 * @param workers   parallelism; 0 for the number of cores
 * @param runner    {@link PackOptions#DIRECT}, {@link PackOptions#FLINK} or another Beam runner by name
 */
public record VideoPackOptions(
        String folder,
        String prefix,
        Container container,
        FrameCrop crop,
        int height,
        int width,
        JoinOptions join,
        VideoRecords records,
        int jpeg,
        VideoSplit split,
        int longest,
        ErrorMode onError,
        long maxErrors,
        int workers,
        String runner)
        implements Serializable {

    public VideoPackOptions {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(container, "container");
        Objects.requireNonNull(crop, "crop");
        Objects.requireNonNull(onError, "onError");
        if (jpeg < 0 || jpeg > 100 || longest < 1 || workers < 0 || maxErrors < 0) {
            throw new UsageException("JPEG quality is 1 to 100, a shard holds at least one frame, and the number of"
                    + " workers and errors is not negative");
        }
        if (records.window() > 0 && container == Container.ARROW) {
            throw new OptionException("{window} makes SequenceExamples, which are in TFRecord files: {to} tfrecord");
        }
    }

    /** Whole frames as PNG in TFRecord files, joined by index, undivided, failing at the first bad one, on all cores. */
    public static VideoPackOptions of(String folder, String prefix) {
        return new VideoPackOptions(
                folder,
                prefix,
                Container.TFRECORD,
                FrameCrop.WHOLE,
                0,
                0,
                JoinOptions.DEFAULT,
                VideoRecords.DEFAULT,
                0,
                VideoSplit.NONE,
                2000,
                ErrorMode.FAIL,
                Long.MAX_VALUE,
                0,
                PackOptions.DIRECT);
    }

    /** What the frames of one video are made into. */
    FrameShape shape(VideoInfo info, String video) {
        return crop.shape(info.height(), info.width(), video).size(height, width);
    }

    /** Whether a bad frame or drive is left out. */
    boolean skips() {
        return onError != ErrorMode.FAIL;
    }

    public VideoPackOptions withContainer(Container value) {
        return with(draft -> draft.container = value);
    }

    /** Cut, then brought to a size; 0 x 0 keeps the size. */
    public VideoPackOptions withFrames(FrameCrop part, int rows, int columns) {
        return with(draft -> {
            draft.crop = part;
            draft.height = rows;
            draft.width = columns;
        });
    }

    public VideoPackOptions withJoin(JoinOptions value) {
        return with(draft -> draft.join = value);
    }

    public VideoPackOptions withRecords(VideoRecords value) {
        return with(draft -> draft.records = value);
    }

    public VideoPackOptions withJpeg(int value) {
        return with(draft -> draft.jpeg = value);
    }

    public VideoPackOptions withSplit(VideoSplit value) {
        return with(draft -> draft.split = value);
    }

    public VideoPackOptions withLongest(int value) {
        return with(draft -> draft.longest = value);
    }

    public VideoPackOptions withOnError(ErrorMode value, long most) {
        return with(draft -> {
            draft.onError = value;
            draft.maxErrors = most;
        });
    }

    public VideoPackOptions withRunner(String value, int parallelism) {
        return with(draft -> {
            draft.workers = parallelism;
            draft.runner = value;
        });
    }

    private VideoPackOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A copy that can be changed. */
    private static final class Draft {
        private final String folder;
        private final String prefix;
        private Container container;
        private FrameCrop crop;
        private int height;
        private int width;
        private JoinOptions join;
        private VideoRecords records;
        private int jpeg;
        private VideoSplit split;
        private int longest;
        private ErrorMode onError;
        private long maxErrors;
        private int workers;
        private String runner;

        Draft(VideoPackOptions options) {
            folder = options.folder;
            prefix = options.prefix;
            container = options.container;
            crop = options.crop;
            height = options.height;
            width = options.width;
            join = options.join;
            records = options.records;
            jpeg = options.jpeg;
            split = options.split;
            longest = options.longest;
            onError = options.onError;
            maxErrors = options.maxErrors;
            workers = options.workers;
            runner = options.runner;
        }

        VideoPackOptions finished() {
            return new VideoPackOptions(
                    folder, prefix, container, crop, height, width, join, records, jpeg, split, longest, onError,
                    maxErrors, workers, runner);
        }
    }
}

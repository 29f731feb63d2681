package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.Objects;
import org.batchmill.records.UsageException;
import org.batchmill.video.FrameShape;
import org.batchmill.video.JoinOptions;

/**
 * Which drives to pack, and how.
 *
 * @param folder    with {@code epochNN_front.mp4} and {@code epochNN_steering.csv}
 * @param prefix    what the names of the shards begin with, with their folder
 * @param shape     what each frame is made into; RGB
 * @param join      how frames find their rows
 * @param jpeg      quality 1 to 100, or 0 for PNG, which loses nothing
 * @param split     how the drives are divided
 * @param longest   frames of a shard at most, cut at key frames; the parallelism within a long video
 * @param workers   parallelism; 0 for the number of cores
 * @param runner    {@link PackOptions#DIRECT}, {@link PackOptions#FLINK} or another Beam runner by name
 */
public record VideoPackOptions(
        String folder,
        String prefix,
        FrameShape shape,
        JoinOptions join,
        int jpeg,
        VideoSplit split,
        int longest,
        int workers,
        String runner)
        implements Serializable {

    public VideoPackOptions {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(prefix, "prefix");
        if (jpeg < 0 || jpeg > 100 || longest < 1 || workers < 0) {
            throw new UsageException("JPEG quality is 1 to 100, and a shard holds at least one frame");
        }
    }

    /** Whole frames as PNG, joined by index, undivided, on all cores. */
    public static VideoPackOptions of(String folder, String prefix) {
        return new VideoPackOptions(
                folder, prefix, FrameShape.WHOLE, JoinOptions.DEFAULT, 0, VideoSplit.NONE, 2000, 0, PackOptions.DIRECT);
    }

    public VideoPackOptions withShape(FrameShape value) {
        return new VideoPackOptions(folder, prefix, value, join, jpeg, split, longest, workers, runner);
    }

    public VideoPackOptions withJoin(JoinOptions value) {
        return new VideoPackOptions(folder, prefix, shape, value, jpeg, split, longest, workers, runner);
    }

    public VideoPackOptions withJpeg(int value) {
        return new VideoPackOptions(folder, prefix, shape, join, value, split, longest, workers, runner);
    }

    public VideoPackOptions withSplit(VideoSplit value) {
        return new VideoPackOptions(folder, prefix, shape, join, jpeg, value, longest, workers, runner);
    }

    public VideoPackOptions withLongest(int value) {
        return new VideoPackOptions(folder, prefix, shape, join, jpeg, split, value, workers, runner);
    }

    public VideoPackOptions withRunner(String value, int parallelism) {
        return new VideoPackOptions(folder, prefix, shape, join, jpeg, split, longest, parallelism, value);
    }
}

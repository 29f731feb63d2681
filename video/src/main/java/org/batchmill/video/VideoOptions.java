package org.batchmill.video;

import java.time.Duration;
import org.batchmill.records.UsageException;

/**
 * How a video is read.
 *
 * @param shape          what each frame is made into
 * @param decoderThreads threads inside FFmpeg's decoder; 0 for as many as there are cores, at most 4
 * @param queuedFrames   how many finished frames wait for the consumer
 * @param stallAfter     how long one read from the file may take before the video is given up
 * @param maxPixels      the largest width * height
 * @param maxFrames      the largest number of frames that a header may claim
 * @param conceal        true hands out frames that the decoder repaired by guessing; false reports each as corrupt
 * @param interlaced     what becomes of frames that hold two moments, line by line
 */
public record VideoOptions(
        FrameShape shape,
        int decoderThreads,
        int queuedFrames,
        Duration stallAfter,
        long maxPixels,
        long maxFrames,
        boolean conceal,
        Interlaced interlaced) {

    /**
     * Whole frames, RGB, at most 64 megapixels and ten million frames, 30 s for a read, damaged frames refused, interlaced ones made
     * of one field.
     */
    public static final VideoOptions DEFAULT = new VideoOptions(
            FrameShape.WHOLE, 0, 8, Duration.ofSeconds(30), 64_000_000, 10_000_000, false, Interlaced.ONE_FIELD);

    public VideoOptions {
        if (decoderThreads < 0 || queuedFrames < 1 || maxPixels < 1 || maxFrames < 1) {
            throw new UsageException("threads must be >= 0; queued frames, pixels and frames must be > 0");
        }
    }

    public VideoOptions shape(FrameShape shape) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }

    public VideoOptions decoderThreads(int decoderThreads) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }

    public VideoOptions queuedFrames(int queuedFrames) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }

    public VideoOptions stallAfter(Duration stallAfter) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }

    public VideoOptions maxPixels(long maxPixels) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }

    public VideoOptions maxFrames(long maxFrames) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }

    public VideoOptions conceal(boolean conceal) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }

    public VideoOptions interlaced(Interlaced interlaced) {
        return new VideoOptions(
                shape, decoderThreads, queuedFrames, stallAfter, maxPixels, maxFrames, conceal, interlaced);
    }
}

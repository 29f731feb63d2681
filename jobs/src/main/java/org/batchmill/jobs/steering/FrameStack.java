package org.batchmill.jobs.steering;

import java.nio.ByteBuffer;
import org.batchmill.records.Content;

/**
 * How several frames become one image of bytes. Stacked, they are channels: [height][width][frames * 3]. In sequence, for a
 * network with time steps, they lie one behind the other: [frames][height][width][3], which is an image as high as all of them.
 * Immutable.
 *
 * @param sequence one behind the other, not as channels
 */
public record FrameStack(int frames, int height, int width, boolean sequence) {

    private static final int CHANNELS = 3;

    /** Bytes of all frames together. */
    public int bytes() {
        return frames * frameBytes();
    }

    /** Bytes of one frame. */
    public int frameBytes() {
        return height * width * CHANNELS;
    }

    /** The image of all frames. */
    Content content(ByteBuffer all) {
        return new Content.RawImage(all, rows(), width, channels());
    }

    /** Whether an image has the form of all frames together. */
    boolean isWhole(Content.RawImage image) {
        return image.height() == rows() && image.width() == width && image.channels() == channels();
    }

    private int rows() {
        return sequence ? height * frames : height;
    }

    private int channels() {
        return sequence ? CHANNELS : CHANNELS * frames;
    }

    /**
     * Puts one frame in its place.
     *
     * @param place 0 for the oldest
     * @param frame RGB, row by row, from position to limit; neither is changed
     * @param all   {@link #bytes()} from index 0
     */
    public void put(int place, ByteBuffer frame, ByteBuffer all) {
        if (sequence || frames == 1) {
            all.put(place * frameBytes(), frame, frame.position(), frameBytes());
            return;
        }
        int to = place * CHANNELS;
        for (int from = frame.position(); from < frame.limit(); from += CHANNELS) {
            all.put(to, frame.get(from)).put(to + 1, frame.get(from + 1)).put(to + 2, frame.get(from + 2));
            to += CHANNELS * frames;
        }
    }
}

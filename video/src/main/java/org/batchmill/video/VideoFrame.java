package org.batchmill.video;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One image of a video, in a buffer that belongs to its reader's pool. The consumer closes it, which hands the buffer back;
 * views of the pixels are not used afterwards. Closing twice does nothing. Used by one thread at a time.
 */
public final class VideoFrame implements AutoCloseable {

    /** Null for a frame without pixels. */
    private final FramePool.Block block;

    private final long number;
    private final long timeMicros;
    private final int height;
    private final int width;
    private final boolean interlaced;
    private final AtomicBoolean open = new AtomicBoolean(true);

    /** Null where frames are made into one shape. */
    private VideoFrame second;

    VideoFrame(FramePool.Block block, long number, long timeMicros, int height, int width, boolean interlaced) {
        this.block = block;
        this.number = number;
        this.timeMicros = timeMicros;
        this.height = height;
        this.width = width;
        this.interlaced = interlaced;
    }

    /** Gives it another, which is closed with it; before anybody else sees it. */
    void with(VideoFrame second) {
        this.second = second;
    }

    /**
     * The same frame in the second shape of {@link VideoReader#shapes}, closed with this one.
     *
     * @throws IllegalStateException if frames are made into one shape
     */
    public VideoFrame second() {
        if (second == null) {
            throw new IllegalStateException("frame " + number + " has one shape");
        }
        return second;
    }

    /** The position of the frame in the order of showing, from 0. */
    public long number() {
        return number;
    }

    /** When the frame is shown, in microseconds after the first frame. */
    public long timeMicros() {
        return timeMicros;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** Whether it was stored interlaced, whatever has become of that: see {@link VideoOptions#interlaced()}. */
    public boolean interlaced() {
        return interlaced;
    }

    /**
     * Three bytes a pixel, row by row, direct: a new view at each call.
     *
     * @throws IllegalStateException if the frame was closed, or was none of those that {@link VideoReader#convertOnly} names
     */
    public ByteBuffer pixels() {
        if (!open.get()) {
            throw new IllegalStateException("frame " + number + " was closed");
        }
        if (block == null) {
            throw new IllegalStateException("frame " + number + " was not to be converted");
        }
        return block.bytes(height * width * 3);
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false) && block != null) {
            block.release();
        }
        if (second != null) {
            second.close();
        }
    }
}

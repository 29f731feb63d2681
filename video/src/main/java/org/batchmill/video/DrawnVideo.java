package org.batchmill.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.UsageException;

/**
 * A video of frames that are drawn on: one is drawn on a thread of this, and the one before is encoded on the writer's, while the caller sees
 * to the next. Few frames wait, so that memory is bounded. An odd last row or column is not written: the codecs store even sizes only.
 *
 * <p>The file is there when {@link #finish()} has returned: closing without it leaves nothing behind. What goes wrong with a frame is thrown by
 * a later call. Used by one thread at a time.
 */
public final class DrawnVideo implements AutoCloseable {

    /** Frames that wait at most, and how much memory of theirs. */
    private static final int MOST = 8;

    private static final long MOST_BYTES = 64 << 20;

    /** What is drawn onto a frame, on a thread that is not the caller's. */
    @FunctionalInterface
    public interface Drawing {
        /** Draws; the canvas is the frame. */
        void onto(Canvas canvas) throws IOException;
    }

    private record Waiting(VideoFrame frame, Future<?> drawn) {}

    private final VideoWriter writer;
    private final int height;
    private final int width;
    private final int most;
    private final WorkerPool thread = new WorkerPool("video-draw", 1);
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    /** What is written of frames whose sizes are odd; the drawing thread's, which is done with it before the next frame. */
    private ByteBuffer cut;

    private DrawnVideo(VideoWriter writer, int height, int width) {
        this.writer = writer;
        this.height = height;
        this.width = width;
        this.most = atOnce(height, width, MOST);
    }

    /** How many frames of a size are held where many would take too much memory; at most {@code most}, at least one. */
    public static int atOnce(int height, int width, int most) {
        return (int) Math.max(1, Math.min(most, MOST_BYTES / (3L * width * height)));
    }

    /**
     * Begins a video.
     *
     * @param height rows of the frames
     * @param width  columns of the frames
     * @throws UsageException as {@link VideoWriter#create}, and if there is only one row or column
     */
    public static DrawnVideo create(Path path, int height, int width, WriterOptions options) throws IOException {
        if (height < 2 || width < 2) {
            throw new UsageException(
                    path + ": frames of " + width + " x " + height + " pixels are too small for a video");
        }
        return new DrawnVideo(VideoWriter.create(path, even(height), even(width), options), height, width);
    }

    private static int even(int size) {
        return size / 2 * 2;
    }

    /**
     * Takes a frame, which is written at its time; waits where several have not been drawn yet.
     *
     * @param frame closed by this, whatever happens
     */
    public void add(VideoFrame frame, Drawing drawing) throws IOException, InterruptedException {
        boolean taken = false;
        try {
            await(most - 1);
            waiting.add(new Waiting(frame, thread.submit(() -> {
                write(frame, drawing);
                return null;
            })));
            taken = true;
        } finally {
            if (!taken) {
                frame.close();
            }
        }
    }

    private void write(VideoFrame frame, Drawing drawing) throws IOException {
        try (frame) {
            try (Canvas canvas = Canvas.over(frame.pixels(), height, width)) {
                drawing.onto(canvas);
            }
            writer.writeAt(evenPart(frame.pixels()), frame.timeMicros());
        }
    }

    private ByteBuffer evenPart(ByteBuffer all) {
        int rows = even(height);
        int row = even(width) * 3;
        if (rows == height && row == width * 3) {
            return all;
        }
        if (cut == null) {
            cut = ByteBuffer.allocateDirect(rows * row);
        }
        for (int y = 0; y < rows; y++) {
            cut.put(y * row, all, y * width * 3, row);
        }
        return cut;
    }

    /** Until no more than so many frames wait. */
    private void await(int left) throws IOException, InterruptedException {
        while (waiting.size() > left) {
            WorkerPool.result(waiting.element().drawn());
            waiting.remove();
        }
    }

    /** Waits for all frames and puts the file in its place; nothing can be added afterwards. */
    public void finish() throws IOException, InterruptedException {
        await(0);
        writer.finish();
    }

    /** Ends the drawing and frees what waits for it. */
    @Override
    public void close() throws IOException {
        thread.close();
        // A frame takes milliseconds; its memory and the writer's are in use until then.
        thread.awaitEnd(1, TimeUnit.MINUTES);
        waiting.forEach(one -> one.frame().close());
        writer.close();
    }
}

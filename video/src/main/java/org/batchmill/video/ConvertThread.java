package org.batchmill.video;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongPredicate;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * Turns decoded images into finished frames in a bounded queue, beside the thread that decodes the next ones: on two cores a reader
 * is as fast as the decoder alone. Owns its converter.
 */
final class ConvertThread implements WorkerThread.Work {

    /**
     * What travels to the consumer. An item with neither frame nor failure is the end.
     *
     * @param position   which seek it belongs to
     * @param frame   owned by whoever takes the item
     * @param failure what is wrong with the next frame
     * @param last    nothing follows
     */
    record Item(SeekPosition position, VideoFrame frame, IOException failure, boolean last) {
        void free() {
            if (frame != null) {
                frame.close();
            }
        }
    }

    private final String file;
    private final FrameConverter converter;
    private final BlockingQueue<DecodeThread.Item> images;
    private final BlockingQueue<Item> frames;
    private volatile SeekPosition wanted = SeekPosition.BEGINNING;
    private volatile LongPredicate converted = number -> true;

    ConvertThread(
            String file,
            FrameConverter converter,
            BlockingQueue<DecodeThread.Item> images,
            BlockingQueue<Item> frames) {
        this.file = file;
        this.converter = converter;
        this.images = images;
        this.frames = frames;
    }

    /** Frames with other numbers come without pixels. */
    void convertOnly(LongPredicate numbers) {
        converted = numbers;
    }

    void goTo(SeekPosition position) {
        wanted = position;
    }

    @Override
    public void run() {
        try (converter) {
            while (true) {
                DecodeThread.Item item = images.take();
                Item finished;
                try {
                    finished = item.position().isSameAs(wanted) ? finish(item) : null;
                } finally {
                    item.free();
                }
                if (finished != null) {
                    frames.put(finished);
                }
            }
        } catch (InterruptedException e) {
            // the reader was closed
        }
    }

    private Item finish(DecodeThread.Item item) {
        if (item.image() == null) {
            return new Item(item.position(), null, item.failure(), item.last());
        }
        String where = file + ": frame " + item.number();
        try {
            boolean pixels = converted.test(item.number());
            VideoFrame frame = converter.convert(item.image(), item.number(), item.micros(), pixels, where);
            return new Item(item.position(), frame, null, false);
        } catch (DataException e) {
            return new Item(item.position(), null, e, false);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Whatever it was, the consumer must hear of it and not wait.
            return new Item(item.position(), null, new DataException(Kind.CORRUPT, where, e.toString(), e), true);
        }
    }
}

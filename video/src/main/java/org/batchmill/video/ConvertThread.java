package org.batchmill.video;

import java.io.IOException;
import java.util.function.LongPredicate;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Turns decoded images into finished frames in a bounded queue, beside the thread that decodes the next ones: on two cores a reader
 * is as fast as the decoder alone. Owns its converters.
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
    private FrameConverter converter;
    private FrameConverter second;
    private final HandOver<DecodeThread.Item> images;
    private final HandOver<Item> frames;
    private volatile SeekPosition wanted = SeekPosition.BEGINNING;
    private volatile LongPredicate converted = number -> true;

    ConvertThread(String file, FrameConverter converter, HandOver<DecodeThread.Item> images, HandOver<Item> frames) {
        this.file = file;
        this.converter = converter;
        this.images = images;
        this.frames = frames;
    }

    /** Makes frames of two shapes, each into memory of its own size; before this runs. */
    void convertTwice(FrameConverter converter, FrameConverter second) {
        this.converter.close();
        this.converter = converter;
        this.second = second;
    }

    /** Frames with other numbers come without pixels. */
    void convertOnly(LongPredicate numbers) {
        converted = numbers;
    }

    void goTo(SeekPosition position) {
        wanted = position;
    }

    /** Frees the converters of a thread that never ran. */
    void free() {
        converter.close();
        if (second != null) {
            second.close();
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                DecodeThread.Item item = images.poll();
                if (item == null) {
                    frames.wake(); // of what waits here nobody was told
                    item = images.take();
                }
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
        } finally {
            free();
        }
    }

    private Item finish(DecodeThread.Item item) {
        if (item.image() == null) {
            return new Item(item.position(), null, item.failure(), item.last());
        }
        String where = file + ": frame " + item.number();
        try {
            boolean pixels = converted.test(item.number());
            return new Item(item.position(), converted(item, pixels, where), null, false);
        } catch (DataException e) {
            return new Item(item.position(), null, e, false);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Whatever it was, the consumer must hear of it and not wait.
            return new Item(item.position(), null, new DataException(Kind.CORRUPT, where, e.toString(), e), true);
        }
    }

    private VideoFrame converted(DecodeThread.Item item, boolean pixels, String where) throws DataException {
        if (second == null) {
            return converter.convert(item.image(), item.number(), item.micros(), pixels, where);
        }
        // A conversion cuts the image that it is given; a clone shares its planes.
        AVFrame clone = avutil.av_frame_clone(item.image());
        VideoFrame frame = null;
        boolean done = false;
        try {
            frame = converter.convert(clone, item.number(), item.micros(), pixels, where);
            frame.with(second.convert(item.image(), item.number(), item.micros(), pixels, where));
            done = true;
            return frame;
        } finally {
            avutil.av_frame_free(clone);
            if (!done && frame != null) {
                frame.close();
            }
        }
    }
}

package org.batchmill.video;

import java.io.IOException;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** Turns packets into images in a bounded queue. Owns its decoder. */
final class DecodeThread implements WorkerThread.Work {

    /**
     * What travels on. An item with neither image nor failure is the end.
     *
     * @param position   which seek it belongs to
     * @param image owned by whoever takes the item
     * @param number  of the frame
     * @param micros  when it is shown
     * @param failure what is wrong with the next frame
     * @param last    nothing follows
     */
    record Item(SeekPosition position, AVFrame image, long number, long micros, IOException failure, boolean last) {

        static Item failed(SeekPosition position, IOException failure, boolean last) {
            return new Item(position, null, -1, 0, failure, last);
        }

        void free() {
            if (image != null) {
                avutil.av_frame_free(image);
            }
        }
    }

    /** Bytes of images that wait, below which nobody is woken. */
    private static final long WORTH_WAKING = 300_000;

    private final String file;
    private final FrameDecoder decoder;
    private final boolean conceal;
    private final double tick;
    private final double frameSeconds;
    private final HandOver<DemuxThread.Item> packets;
    private final HandOver<Item> images;
    private volatile SeekPosition wanted = SeekPosition.BEGINNING;
    private SeekPosition current = SeekPosition.BEGINNING;
    private long firstTimeStamp = avutil.AV_NOPTS_VALUE;
    private int imageWidth;
    private int imageHeight;

    /**
     * @param tick         seconds a tick of the time stamps
     * @param frameSeconds seconds a frame in streams without time stamps
     */
    DecodeThread(
            String file,
            FrameDecoder decoder,
            boolean conceal,
            double tick,
            double frameSeconds,
            HandOver<DemuxThread.Item> packets,
            HandOver<Item> images) {
        this.file = file;
        this.decoder = decoder;
        this.conceal = conceal;
        this.tick = tick;
        this.frameSeconds = frameSeconds;
        this.packets = packets;
        this.images = images;
    }

    void goTo(SeekPosition position) {
        wanted = position;
    }

    @Override
    public void run() {
        try (decoder) {
            while (true) {
                DemuxThread.Item item = packets.poll();
                if (item == null) {
                    images.wake(); // of what waits here nobody was told
                    item = packets.take();
                }
                try {
                    if (item.position().isSameAs(wanted)) {
                        handle(item);
                    }
                } finally {
                    item.free();
                }
            }
        } catch (InterruptedException e) {
            // the reader was closed
        }
    }

    private void handle(DemuxThread.Item item) throws InterruptedException {
        try {
            if (!item.position().isSameAs(current)) {
                current = item.position();
                decoder.restart(current.index(), current.packet());
                if (current.index().timed()) {
                    firstTimeStamp = current.index().timeStamp(0);
                }
            }
            decode(item.packet());
            if (item.packet() == null) {
                decoder.end();
                reportLost();
                IOException failure = item.failure();
                if (failure instanceof DataException e) {
                    failure = new DataException(e.kind(), file + ": frame " + decoder.next(), e.reason(), e);
                }
                images.put(Item.failed(current, failure, true));
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // Whatever it was, the consumer must hear of it and not wait.
            IOException failure = new DataException(Kind.CORRUPT, file + ": frame " + decoder.next(), e.toString(), e);
            images.put(Item.failed(current, failure, true));
        }
    }

    private void decode(AVPacket packet) throws InterruptedException {
        decoder.send(packet);
        for (AVFrame image = decoder.receive(); image != null; image = decoder.receive()) {
            long number = decoder.number(image);
            reportLost();
            if (number >= current.frame()) {
                put(checked(image, number));
            }
        }
    }

    /** A thread that converts is woken for as many small images as are worth it. */
    private void put(Item item) throws InterruptedException {
        int bytes = item.image() == null ? 0 : 2 * imageWidth * imageHeight;
        int waiting = images.put(item);
        if ((long) waiting * bytes >= WORTH_WAKING) {
            images.wake();
        }
    }

    private void reportLost() throws InterruptedException {
        for (long number : decoder.takeLost()) {
            if (number >= current.frame()) {
                DataException failure =
                        new DataException(Kind.CORRUPT, file + ": frame " + number, "could not be decoded");
                images.put(Item.failed(current, failure, false));
            }
        }
    }

    /** Takes the image out of the decoder's hands. */
    private Item checked(AVFrame image, long number) {
        String where = file + ": frame " + number;
        try {
            if (imageWidth == 0) {
                imageWidth = image.width();
                imageHeight = image.height();
            }
            if (image.width() != imageWidth || image.height() != imageHeight) {
                throw new DataException(
                        Kind.UNSUPPORTED,
                        where,
                        "is " + image.width() + " x " + image.height() + ", the video began with " + imageWidth + " x "
                                + imageHeight);
            }
            if (!conceal && FrameDecoder.isDamaged(image)) {
                throw new DataException(Kind.CORRUPT, where, "the decoder met damaged data");
            }
            long micros = micros(image, number);
            AVFrame own = avutil.av_frame_alloc();
            avutil.av_frame_move_ref(own, image);
            return new Item(current, own, number, micros, null, false);
        } catch (DataException e) {
            return Item.failed(current, e, false);
        }
    }

    private long micros(AVFrame image, long number) {
        long timeStamp = image.pts();
        if (timeStamp == avutil.AV_NOPTS_VALUE) {
            return Math.round(number * frameSeconds * 1e6);
        }
        if (firstTimeStamp == avutil.AV_NOPTS_VALUE) {
            firstTimeStamp = timeStamp;
        }
        return Math.round((timeStamp - firstTimeStamp) * tick * 1e6);
    }
}

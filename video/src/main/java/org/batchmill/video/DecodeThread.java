package org.batchmill.video;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** Turns packets into pictures in a bounded queue. Owns its decoder. */
final class DecodeThread implements WorkerThread.Work {

    /**
     * What travels on. An item with neither picture nor failure is the end.
     *
     * @param place   which seek it belongs to
     * @param picture owned by whoever takes the item
     * @param number  of the frame
     * @param micros  when it is shown
     * @param failure what is wrong with the next frame
     * @param last    nothing follows
     */
    record Item(Place place, AVFrame picture, long number, long micros, IOException failure, boolean last) {

        static Item failed(Place place, IOException failure, boolean last) {
            return new Item(place, null, -1, 0, failure, last);
        }

        void free() {
            if (picture != null) {
                avutil.av_frame_free(picture);
            }
        }
    }

    private final String file;
    private final FrameDecoder decoder;
    private final boolean conceal;
    private final double tick;
    private final double frameSeconds;
    private final BlockingQueue<DemuxThread.Item> packets;
    private final BlockingQueue<Item> pictures;
    private volatile Place wanted = Place.BEGINNING;
    private Place current = Place.BEGINNING;
    private long firstTimeStamp = avutil.AV_NOPTS_VALUE;
    private int pictureWidth;
    private int pictureHeight;

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
            BlockingQueue<DemuxThread.Item> packets,
            BlockingQueue<Item> pictures) {
        this.file = file;
        this.decoder = decoder;
        this.conceal = conceal;
        this.tick = tick;
        this.frameSeconds = frameSeconds;
        this.packets = packets;
        this.pictures = pictures;
    }

    void goTo(Place place) {
        wanted = place;
    }

    @Override
    public void run() {
        try (decoder) {
            while (true) {
                DemuxThread.Item item = packets.take();
                try {
                    if (item.place().isSameAs(wanted)) {
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
            if (!item.place().isSameAs(current)) {
                current = item.place();
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
                pictures.put(Item.failed(current, failure, true));
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // Whatever it was, the consumer must hear of it and not wait.
            IOException failure = new DataException(Kind.CORRUPT, file + ": frame " + decoder.next(), e.toString(), e);
            pictures.put(Item.failed(current, failure, true));
        }
    }

    private void decode(AVPacket packet) throws InterruptedException {
        decoder.send(packet);
        for (AVFrame picture = decoder.receive(); picture != null; picture = decoder.receive()) {
            long number = decoder.number(picture);
            reportLost();
            if (number >= current.frame()) {
                pictures.put(checked(picture, number));
            }
        }
    }

    private void reportLost() throws InterruptedException {
        for (long number : decoder.takeLost()) {
            if (number >= current.frame()) {
                DataException failure =
                        new DataException(Kind.CORRUPT, file + ": frame " + number, "could not be decoded");
                pictures.put(Item.failed(current, failure, false));
            }
        }
    }

    /** Takes the picture out of the decoder's hands. */
    private Item checked(AVFrame picture, long number) {
        String where = file + ": frame " + number;
        try {
            if (pictureWidth == 0) {
                pictureWidth = picture.width();
                pictureHeight = picture.height();
            }
            if (picture.width() != pictureWidth || picture.height() != pictureHeight) {
                throw new DataException(
                        Kind.UNSUPPORTED,
                        where,
                        "is " + picture.width() + " x " + picture.height() + ", the video began with " + pictureWidth
                                + " x " + pictureHeight);
            }
            if (!conceal && FrameDecoder.isDamaged(picture)) {
                throw new DataException(Kind.CORRUPT, where, "the decoder met damaged data");
            }
            long micros = micros(picture, number);
            AVFrame own = avutil.av_frame_alloc();
            avutil.av_frame_move_ref(own, picture);
            return new Item(current, own, number, micros, null, false);
        } catch (DataException e) {
            return Item.failed(current, e, false);
        }
    }

    private long micros(AVFrame picture, long number) {
        long timeStamp = picture.pts();
        if (timeStamp == avutil.AV_NOPTS_VALUE) {
            return Math.round(number * frameSeconds * 1e6);
        }
        if (firstTimeStamp == avutil.AV_NOPTS_VALUE) {
            firstTimeStamp = timeStamp;
        }
        return Math.round((timeStamp - firstTimeStamp) * tick * 1e6);
    }
}

package org.batchmill.video;

import java.io.IOException;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

/** Reads packets into a bounded queue, from wherever its reader last asked for. Owns its demuxer. */
final class DemuxThread implements WorkerThread.Work {

    /**
     * What travels to the decoder. An item with neither packet nor failure is the end.
     *
     * @param position   which seek it belongs to
     * @param starts  the first item of its position: the decoder starts anew
     * @param packet  owned by whoever takes the item
     * @param failure why there are no more packets
     */
    record Item(SeekPosition position, boolean starts, AVPacket packet, IOException failure) {
        void free() {
            if (packet != null) {
                avcodec.av_packet_free(packet);
            }
        }
    }

    private final String file;
    private final Demuxer demuxer;
    private final HandOver<Item> packets;
    private SeekPosition wanted = SeekPosition.BEGINNING;
    private boolean closed;

    DemuxThread(String file, Demuxer demuxer, HandOver<Item> packets) {
        this.file = file;
        this.demuxer = demuxer;
        this.packets = packets;
    }

    synchronized void goTo(SeekPosition position) {
        wanted = position;
        notifyAll();
    }

    synchronized void shutDown() {
        closed = true;
        notifyAll();
    }

    private synchronized SeekPosition wanted() {
        return wanted;
    }

    /** Waits behind the end of the file for a seek; null when closed. */
    private synchronized SeekPosition awaitChange(SeekPosition current) throws InterruptedException {
        while (!closed && wanted.isSameAs(current)) {
            wait();
        }
        return closed ? null : wanted;
    }

    @Override
    public void run() {
        try (demuxer) {
            for (SeekPosition position = SeekPosition.BEGINNING; position != null; position = awaitChange(position)) {
                deliver(position);
            }
        } catch (InterruptedException e) {
            // the reader was closed
        } catch (IOException e) {
            // closing a file that was only read loses nothing
        }
    }

    /** Everything from a position to the end, unless another position is wanted meanwhile. */
    private void deliver(SeekPosition position) throws InterruptedException {
        try {
            if (position.generation() > 0) {
                demuxer.seek(position.index(), position.packet());
            }
            boolean starts = true;
            while (wanted().isSameAs(position)) {
                AVPacket packet = demuxer.read();
                put(new Item(position, starts, packet, null));
                starts = false;
                if (packet == null) {
                    return;
                }
            }
        } catch (IOException | RuntimeException e) {
            IOException failure = e instanceof IOException io
                    ? io
                    : new DataException(DataException.Kind.CORRUPT, file, e.toString(), e);
            put(new Item(position, false, null, failure));
        }
    }

    private void put(Item item) throws InterruptedException {
        packets.put(item);
        packets.wake();
    }
}

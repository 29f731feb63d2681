package org.batchmill.video;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Packets to images, each with its number. Reading from the beginning, a frame's number is how many were shown before it; after
 * a seek it is looked up in the index by its time stamp. A packet whose image never comes out is a frame that was lost: it keeps
 * its number, so that one damaged frame does not shift the labels of all that follow. Used by one thread at a time.
 */
final class FrameDecoder implements AutoCloseable {

    private final AVCodecContext context;
    private final AVFrame image = avutil.av_frame_alloc();
    private final PriorityQueue<Long> expected = new PriorityQueue<>();
    private final List<Long> lost = new ArrayList<>();
    private LeadingPackets leading = new LeadingPackets();
    private PacketIndex index;
    private long next;
    private boolean timed;

    FrameDecoder(
            AVCodecParameters parameters, AVRational timeBase, AVRational frameRate, String file, VideoOptions options)
            throws DataException {
        AVCodec codec = avcodec.avcodec_find_decoder(parameters.codec_id());
        String name = avcodec.avcodec_get_name(parameters.codec_id()).getString();
        if (codec == null || codec.isNull()) {
            throw new DataException(Kind.UNSUPPORTED, file, "no decoder for " + name);
        }
        if (!List.of(Demuxer.CODECS.split(",")).contains(codec.name().getString())) {
            throw new DataException(Kind.UNSUPPORTED, file, name + " is not among the codecs that are read");
        }
        this.context = avcodec.avcodec_alloc_context3(codec);
        boolean ready = false;
        try {
            avcodec.avcodec_parameters_to_context(context, parameters);
            context.pkt_timebase(timeBase);
            context.framerate(frameRate);
            context.max_pixels(options.maxPixels());
            int cores = Math.min(4, Runtime.getRuntime().availableProcessors());
            context.thread_count(options.decoderThreads() == 0 ? cores : options.decoderThreads());
            Ffmpeg.check(
                    avcodec.avcodec_open2(context, codec, (AVDictionary) null),
                    Kind.UNSUPPORTED,
                    file,
                    "cannot decode " + name);
            ready = true;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    /** Starts anew at a key packet of an index. */
    void restart(PacketIndex index, int startPacket) {
        avcodec.avcodec_flush_buffers(context);
        expected.clear();
        lost.clear();
        leading = startPacket == 0 ? new LeadingPackets() : null;
        this.index = index;
        next = index.timed() ? 0 : index.framesBefore(startPacket);
    }

    /** Hands over a packet, or null for the end; the packet stays the caller's. Afterwards {@link #receive} until false. */
    void send(AVPacket packet) {
        if (packet != null) {
            timed = packet.pts() != avutil.AV_NOPTS_VALUE;
            if (timed && isShown(packet)) {
                expected.add(packet.pts());
            }
        }
        int result = avcodec.avcodec_send_packet(context, packet);
        if (result < 0 && result != avutil.AVERROR_EOF()) {
            refused();
        }
    }

    /** Where packets have no times nothing is expected, and only this tells that one becomes no frame. */
    private void refused() {
        if (!timed) {
            lost.add(next++);
        }
    }

    private boolean isShown(AVPacket packet) {
        if (leading != null) {
            return leading.isShown(packet);
        }
        return index.frameAt(packet.pts()) >= 0;
    }

    /** The next image, valid until the next call, or null where another packet is wanted. */
    AVFrame receive() {
        while (true) {
            int result = avcodec.avcodec_receive_frame(context, image);
            if (result >= 0) {
                return image;
            }
            if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
                return null;
            }
            refused(); // with threads inside the decoder, the error of a packet comes some calls later
        }
    }

    /** The number of the image just received; the numbers of frames lost before it are then in {@link #takeLost()}. */
    long number(AVFrame received) {
        long pts = received.pts();
        while (!expected.isEmpty() && expected.peek() < pts) {
            lose(expected.poll());
        }
        if (!expected.isEmpty() && expected.peek() == pts) {
            expected.poll();
        }
        return numberOf(pts);
    }

    /** After the last image: what was expected and did not come is lost. */
    void end() {
        while (!expected.isEmpty()) {
            lose(expected.poll());
        }
    }

    private void lose(long pts) {
        lost.add(numberOf(pts));
    }

    private long numberOf(long pts) {
        if (index != null && index.timed()) {
            int frame = index.frameAt(pts);
            if (frame >= 0) {
                next = frame;
            }
        }
        return next++;
    }

    /** Frames that did not come out since this was last called. */
    List<Long> takeLost() {
        List<Long> taken = List.copyOf(lost);
        lost.clear();
        return taken;
    }

    /** The number that the next frame would have. */
    long next() {
        return next;
    }

    /** Whether the decoder had to guess a part of this image. */
    static boolean isDamaged(AVFrame received) {
        return received.decode_error_flags() != 0 || (received.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
    }

    @Override
    public void close() {
        avutil.av_frame_free(image);
        avcodec.avcodec_free_context(context);
    }
}

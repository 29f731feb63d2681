package org.batchmill.video;

import java.io.IOException;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;

/** The packets of the first image stream of a file, in the order of decoding. Used by one thread at a time. */
final class Demuxer implements AutoCloseable {

    /** The decoders that are opened: FFmpeg has hundreds, and each is a way in. */
    static final String CODECS = "h264,hevc,mpeg4,vp9,libdav1d,libaom-av1,mjpeg,ffv1";

    private final String file;
    private final FileInput input;
    private final ContainerHeader header;
    private final AVFormatContext context;
    private final Container container;
    private final AVStream stream;
    private final VideoInfo info;
    private AVPacket ahead;

    private Demuxer(
            String file,
            FileInput input,
            ContainerHeader header,
            AVFormatContext context,
            VideoOptions options,
            Container container)
            throws IOException {
        this.file = file;
        this.input = input;
        this.header = header;
        this.context = context;
        this.container = container;
        int found = avformat.avformat_find_stream_info(context, (AVDictionary) null);
        if (found < 0) {
            throw unreadable(found);
        }
        this.stream = imageStream();
        this.info = describe();
        if ((long) info.width() * info.height() > options.maxPixels()) {
            throw new DataException(
                    Kind.TOO_LARGE,
                    file,
                    info.width() + " x " + info.height() + " is more than the limit of " + options.maxPixels()
                            + " pixels");
        }
        if (info.claimedFrames() > options.maxFrames()) {
            throw new DataException(
                    Kind.TOO_LARGE,
                    file,
                    "the header claims " + info.claimedFrames() + " frames, more than the limit of "
                            + options.maxFrames());
        }
    }

    /** Opens a file, whose channel the demuxer then owns; if this throws, {@code input} is closed. */
    static Demuxer open(FileInput input, String file, VideoOptions options) throws IOException {
        AVFormatContext context = null;
        try {
            Container container = Container.of(input, file);
            ContainerHeader header = ContainerHeader.read(input, container, file, options.maxFrames());
            context = open(input, container, header, file);
            return new Demuxer(file, input, header, context, options, container);
        } catch (IOException | RuntimeException e) {
            avformat.avformat_close_input(context);
            input.close();
            throw e;
        }
    }

    private static AVFormatContext open(FileInput input, Container container, ContainerHeader header, String file)
            throws IOException {
        AVFormatContext context = avformat.avformat_alloc_context();
        context.pb(input.context());
        AVInputFormat format = avformat.av_find_input_format(container.demuxer());
        AVDictionary restrictions = new AVDictionary(null);
        avutil.av_dict_set(restrictions, "codec_whitelist", CODECS, 0);
        avutil.av_dict_set(restrictions, "format_whitelist", container.demuxer(), 0);
        avutil.av_dict_set(restrictions, "protocol_whitelist", "none", 0);
        // A failure frees the context.
        int opened = avformat.avformat_open_input(context, "", format, restrictions);
        avutil.av_dict_free(restrictions);
        if (opened < 0) {
            throw openFailure(opened, input, container, header, file);
        }
        return context;
    }

    private static IOException openFailure(
            int error, FileInput input, Container container, ContainerHeader header, String file) {
        if (input.failure() != null) {
            return input.failure();
        }
        if (!header.hasIndex()) {
            return new DataException(
                    Kind.TRUNCATED, file, "its index (moov box) is missing: the file was cut or never finished");
        }
        Kind kind = header.claimedEnd() > input.size() ? Kind.TRUNCATED : Kind.CORRUPT;
        return new DataException(kind, file, "not readable as " + container.demuxer() + ": " + Ffmpeg.message(error));
    }

    private AVStream imageStream() throws DataException {
        StringBuilder others = new StringBuilder();
        AVStream first = null;
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream candidate = context.streams(i);
            AVCodecParameters parameters = candidate.codecpar();
            boolean cover = (candidate.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0;
            if (first == null && parameters.codec_type() == avutil.AVMEDIA_TYPE_VIDEO && !cover) {
                first = candidate;
            } else {
                candidate.discard(avcodec.AVDISCARD_ALL);
                others.append(others.isEmpty() ? "" : ", ")
                        .append(avcodec.avcodec_get_name(parameters.codec_id()).getString());
            }
        }
        if (first == null) {
            throw new DataException(
                    Kind.MISSING, file, "no image stream" + (others.isEmpty() ? "" : ", only " + others));
        }
        return first;
    }

    private VideoInfo describe() throws DataException {
        AVCodecParameters parameters = stream.codecpar();
        String codec = avcodec.avcodec_get_name(parameters.codec_id()).getString();
        if (parameters.width() <= 0 || parameters.height() <= 0) {
            throw new DataException(Kind.CORRUPT, file, codec + " image stream of no size");
        }
        int rotation = rotation(parameters);
        boolean turned = rotation % 180 != 0;
        AVRational rate = stream.avg_frame_rate();
        double frameRate = rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : Double.NaN;
        double duration = context.duration() > 0 ? context.duration() / (double) avutil.AV_TIME_BASE : Double.NaN;
        return new VideoInfo(
                codec,
                container.demuxer(),
                turned ? parameters.height() : parameters.width(),
                turned ? parameters.width() : parameters.height(),
                frameRate,
                rotation,
                stream.nb_frames(),
                duration);
    }

    private int rotation(AVCodecParameters parameters) {
        AVPacketSideData matrix = avcodec.av_packet_side_data_get(
                parameters.coded_side_data(), parameters.nb_coded_side_data(), avcodec.AV_PKT_DATA_DISPLAYMATRIX);
        if (matrix == null || matrix.isNull() || matrix.size() < 36) {
            return 0;
        }
        double counterClockwise = avutil.av_display_rotation_get(new IntPointer(matrix.data()));
        return Double.isNaN(counterClockwise) ? 0 : Math.floorMod(-Math.round(counterClockwise / 90) * 90, 360);
    }

    VideoInfo info() {
        return info;
    }

    AVCodecParameters parameters() {
        return stream.codecpar();
    }

    /** Seconds a tick of the stream's time stamps. */
    double tick() {
        return avutil.av_q2d(stream.time_base());
    }

    AVRational timeBase() {
        return stream.time_base();
    }

    AVRational frameRate() {
        return stream.avg_frame_rate();
    }

    /** Whether packets carry the time of showing; where they do not, frames are counted. */
    boolean timed() {
        return container != Container.AVI || !reorders();
    }

    /** Whether frames are shown in another order than they are decoded. */
    boolean reorders() {
        return stream.codecpar().video_delay() > 0;
    }

    /**
     * The next packet, owned by the caller; null at a clean end.
     *
     * @throws DataException TRUNCATED where the file ends before it should, CORRUPT where the container is broken
     */
    AVPacket read() throws IOException {
        if (ahead != null) {
            AVPacket packet = ahead;
            ahead = null;
            return packet;
        }
        AVPacket packet = avcodec.av_packet_alloc();
        while (true) {
            int result = avformat.av_read_frame(context, packet);
            if (result < 0) {
                avcodec.av_packet_free(packet);
                if (input.failure() != null) {
                    throw input.failure();
                }
                refuseIfTruncated();
                if (result == avutil.AVERROR_EOF()) {
                    return null;
                }
                throw unreadable(result);
            }
            boolean image = packet.stream_index() == stream.index();
            if (image && (packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0 && isTruncated()) {
                avcodec.av_packet_free(packet);
                refuseIfTruncated();
            }
            if (image) {
                if (container == Container.AVI) {
                    // Some packets of an avi have no time of showing; where nothing is reordered it is that of
                    // decoding.
                    packet.pts(timed() ? packet.dts() : avutil.AV_NOPTS_VALUE);
                }
                return packet;
            }
            avcodec.av_packet_unref(packet);
        }
    }

    /** Goes to a key frame or, where the container's own index is too coarse for it, to one before it. */
    void seek(PacketIndex index, int packet) throws IOException {
        if (ahead != null) {
            avcodec.av_packet_free(ahead);
            ahead = null;
        }
        for (int target = packet; ; target = index.keyBefore(target)) {
            int result = avformat.av_seek_frame(
                    context, stream.index(), index.seekTime(target), avformat.AVSEEK_FLAG_BACKWARD);
            if (result >= 0) {
                ahead = read();
                if (ahead != null && index.packetAt(ahead.pos(), ahead.pts()) <= packet) {
                    return;
                }
            }
            if (target == 0) {
                throw new DataException(Kind.CORRUPT, file, "cannot go back to its first frame");
            }
        }
    }

    private boolean isTruncated() {
        return header.claimedEnd() > input.size() || framesBehindEnd() > 0;
    }

    private void refuseIfTruncated() throws DataException {
        long behind = framesBehindEnd();
        if (behind > 0) {
            throw new DataException(
                    Kind.TRUNCATED,
                    file,
                    "the file ends at byte " + input.size() + ", its index promises " + behind + " frames behind that");
        }
        if (header.claimedEnd() > input.size()) {
            throw new DataException(
                    Kind.TRUNCATED,
                    file,
                    "the file ends at byte " + input.size() + ", by its header it has " + header.claimedEnd());
        }
    }

    private long framesBehindEnd() {
        int entries = avformat.avformat_index_get_entries_count(stream);
        long behind = 0;
        for (int i = 0; i < entries; i++) {
            AVIndexEntry entry = avformat.avformat_index_get_entry(stream, i);
            if (entry.pos() + entry.size() > input.size()) {
                behind++;
            }
        }
        return behind;
    }

    private IOException unreadable(int error) {
        return input.failure() != null
                ? input.failure()
                : new DataException(Kind.CORRUPT, file, "byte " + input.position() + ": " + Ffmpeg.message(error));
    }

    @Override
    public void close() throws IOException {
        if (ahead != null) {
            avcodec.av_packet_free(ahead);
        }
        avformat.avformat_close_input(context);
        input.close();
    }
}

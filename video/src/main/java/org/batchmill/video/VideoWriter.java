package org.batchmill.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Writes RGB frames as a video. The container is told by the name: .mp4, .mov, .mkv, .webm or .avi.
 *
 * <p>The file is there when {@link #finish()} has returned: closing without it, as after an exception, leaves nothing behind. mp4 and mov get their index in front, so that browsers play them while they load.
 *
 * <p>Frames are encoded, on a thread of the writer's own, while their caller makes the next ones: up to four, or two large ones, wait for it,
 * so that neither stands idle where the other is slow once. What goes wrong with a frame is thrown by a later call. Used by one thread at a
 * time.
 */
public final class VideoWriter implements AutoCloseable {

    private static final int MICROS = 1_000_000;
    private static final int MOST_THREADS = 4;
    private static final int LEAST_WAITING = 2;
    private static final int MOST_WAITING = 4;

    private final Path path;
    private final PendingFile file;
    private final WriterOptions options;
    private final int height;
    private final int width;
    private final boolean large;
    private final AVFormatContext format = new AVFormatContext(null);
    private final AVPacket packet = avcodec.av_packet_alloc();
    /** Each is filled when what was in it before is encoded. */
    private final AVFrame[] frames;

    private final WorkerPool encoding = new WorkerPool("video-encode", 1);
    /** Of the frames that wait to be encoded, in their order; as many as there are {@link #frames} at most. */
    private final Deque<Future<?>> waiting = new ArrayDeque<>();

    private AVCodecContext encoder;
    private AVStream stream;
    private SwsContext converter;
    private BytePointer rgb;
    private long written;
    private long lastTick = -1;
    private boolean closed;

    private VideoWriter(Path path, PendingFile file, int height, int width, WriterOptions options) {
        this.path = path;
        this.file = file;
        this.options = options;
        this.height = height;
        this.width = width;
        this.large = Ffmpeg.isLarge(options.codec().packetBytes(height, width));
        if (large) {
            Ffmpeg.allowLarge();
        }
        this.frames = new AVFrame[Math.max(LEAST_WAITING, DrawnVideo.atOnce(height, width, MOST_WAITING))];
        Arrays.setAll(frames, i -> avutil.av_frame_alloc());
    }

    /**
     * Begins a video.
     *
     * @param height  rows of every frame
     * @param width   columns of every frame
     * @throws UsageException if the codec does not take the size, or the container not the codec
     * @throws IOException    if the file cannot be written
     */
    public static VideoWriter create(Path path, int height, int width, WriterOptions options) throws IOException {
        Ffmpeg.require();
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (!name.matches("(?s).*\\.(mp4|mov|mkv|webm|avi)")) {
            throw new UsageException(path + ": a video is written as .mp4, .mov, .mkv, .webm or .avi");
        }
        if (options.codec().needsEvenSize() && (height % 2 != 0 || width % 2 != 0)) {
            throw new UsageException(
                    path + ": " + options.codec() + " takes even sizes only, not " + width + " x " + height);
        }
        int least = options.codec().leastSide();
        if (height < least || width < least) {
            throw new UsageException(path + ": " + options.codec() + " takes sides of at least " + least
                    + " pixels, not " + width + " x " + height);
        }
        if ((long) height * width > options.codec().mostPixels()) {
            throw new UsageException(path + ": " + options.codec() + " takes at most "
                    + options.codec().mostPixels() + " pixels, as of 4096 x 2304, not " + width + " x " + height);
        }
        VideoWriter writer = new VideoWriter(path, Storage.of(path).create(path), height, width, options);
        boolean ready = false;
        try {
            writer.begin();
            ready = true;
        } finally {
            if (!ready) {
                writer.close();
            }
        }
        return writer;
    }

    private void begin() throws IOException {
        AVOutputFormat container = avformat.av_guess_format(null, path.toString(), null);
        if (container == null || container.isNull()) {
            throw new UsageException(path + ": this build of FFmpeg does not write this container");
        }
        // Its own name too: the index goes in front by opening the file a second time.
        check(avformat.avformat_alloc_output_context2(format, container, null, "file:" + file.local()), "no memory");
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(options.codec().encoder());
        if (codec == null || codec.isNull()) {
            throw new UsageException("this build of FFmpeg has no encoder for " + options.codec());
        }
        if (avformat.avformat_query_codec(format.oformat(), options.codec().id(), avcodec.FF_COMPLIANCE_NORMAL) != 1) {
            throw new UsageException(path + ": this container does not hold " + options.codec());
        }
        encoder = avcodec.avcodec_alloc_context3(codec);
        configure();
        AVDictionary codecOptions = new AVDictionary(null);
        AVDictionary muxerOptions = new AVDictionary(null);
        try {
            if (options.codec() == VideoCodec.VP9) {
                avutil.av_dict_set(codecOptions, "deadline", "realtime", 0);
                avutil.av_dict_set(codecOptions, "cpu-used", "6", 0);
            }
            avutil.av_dict_set(muxerOptions, "movflags", "faststart", 0);
            openEncoder(codec, codecOptions);
            addStream();
            AVIOContext output = new AVIOContext(null);
            check(avformat.avio_open(output, "file:" + file.local(), avformat.AVIO_FLAG_WRITE), "cannot create");
            format.pb(output);
            check(avformat.avformat_write_header(format, muxerOptions), "cannot write the header");
        } finally {
            avutil.av_dict_free(codecOptions);
            avutil.av_dict_free(muxerOptions);
        }
        prepareFrame();
    }

    /** Encoders have limits of their own, as of frames a second, of which they say no more than that they were met. */
    private void openEncoder(AVCodec codec, AVDictionary codecOptions) throws IOException {
        int opened = avcodec.avcodec_open2(encoder, codec, codecOptions);
        if (opened < 0 && opened != avutil.AVERROR_ENOMEM()) {
            throw new UsageException(path + ": the encoder for " + options.codec() + " does not take " + width + " x "
                    + height + " pixels at " + options.frameRate() + " frames a second ("
                    + Ffmpeg.message(opened) + ")");
        }
        check(opened, "the encoder for " + options.codec());
    }

    private void configure() {
        AVRational rate = avutil.av_d2q(options.frameRate(), 100_000);
        encoder.width(width);
        encoder.height(height);
        encoder.pix_fmt(options.codec().pixelFormat());
        encoder.framerate(rate);
        // MPEG-4 stores its clock in 16 bits and so takes the frame rate; the others take the time of each frame.
        encoder.time_base(
                options.codec() == VideoCodec.MPEG4
                        ? avutil.av_inv_q(rate)
                        : new AVRational().num(1).den(MICROS));
        encoder.gop_size(options.keyFrameInterval());
        encoder.max_b_frames(options.reorderedFrames());
        encoder.bit_rate(Math.max(64_000, Math.round(options.bitsPerPixel() * width * height * options.frameRate())));
        encoder.thread_count(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
        if (options.codec() == VideoCodec.H264) {
            // OpenH264 has no other way to use several threads.
            encoder.slices(encoder.thread_count());
        }
        encoder.colorspace(avutil.AVCOL_SPC_SMPTE170M);
        encoder.color_range(avutil.AVCOL_RANGE_MPEG);
        if (options.codec() == VideoCodec.FFV1) {
            encoder.colorspace(avutil.AVCOL_SPC_RGB);
            encoder.color_range(avutil.AVCOL_RANGE_JPEG);
        }
        if ((format.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
            encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        }
    }

    private void addStream() throws IOException {
        stream = avformat.avformat_new_stream(format, null);
        check(avcodec.avcodec_parameters_from_context(stream.codecpar(), encoder), "cannot describe the stream");
        stream.time_base(encoder.time_base());
        stream.avg_frame_rate(encoder.framerate());
        if (options.rotation() != 0) {
            int[] matrix = new int[9];
            avutil.av_display_rotation_set(matrix, options.rotation());
            AVPacketSideData data;
            try (PointerPointer<AVPacketSideData> list = new PointerPointer<>(1);
                    IntPointer count = new IntPointer(1).put(0, 0)) {
                list.put(0, null);
                data = avcodec.av_packet_side_data_new(list, count, avcodec.AV_PKT_DATA_DISPLAYMATRIX, 36, 0);
            }
            new IntPointer(data.data()).put(matrix, 0, 9);
            stream.codecpar().coded_side_data(data).nb_coded_side_data(1);
        }
    }

    private void prepareFrame() throws IOException {
        for (AVFrame frame : frames) {
            frame.format(encoder.pix_fmt());
            frame.width(width);
            frame.height(height);
            frame.colorspace(encoder.colorspace());
            frame.color_range(encoder.color_range());
            check(avutil.av_frame_get_buffer(frame, 0), "no memory for a frame");
        }
        converter = swscale.sws_getContext(
                width,
                height,
                avutil.AV_PIX_FMT_RGB24,
                width,
                height,
                encoder.pix_fmt(),
                swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INP,
                null,
                null,
                (DoublePointer) null);
        rgb = new BytePointer(avutil.av_malloc(width * 3L * height + 64)).capacity(width * 3L * height);
    }

    /** Writes a frame at its turn: frame n is shown at n / frame rate. */
    public void write(ByteBuffer pixels) throws IOException {
        writeAt(pixels, Math.round(written * (double) MICROS / options.frameRate()));
    }

    /**
     * Writes a frame to be shown at a time, for videos without a constant frame rate.
     *
     * @param pixels three bytes a pixel, RGB, row by row, from position to limit; read before this returns
     * @param micros microseconds after the beginning, later than the frame before
     */
    public void writeAt(ByteBuffer pixels, long micros) throws IOException {
        if (pixels.remaining() != width * 3 * height) {
            throw new UsageException(
                    path + ": a frame of " + pixels.remaining() + " bytes is not " + width + " x " + height + " RGB");
        }
        long tick = Math.round(micros / 1e6 / avutil.av_q2d(encoder.time_base()));
        if (tick <= lastTick) {
            throw new UsageException(path + ": frame " + written + " comes no later than the one before it");
        }
        lastTick = tick;
        rgb.position(0).asByteBuffer().put(pixels.duplicate());
        awaitEncoding(frames.length - 1);
        AVFrame frame = frames[(int) (written % frames.length)];
        check(avutil.av_frame_make_writable(frame), "no memory for a frame");
        try (PointerPointer<BytePointer> source = new PointerPointer<>(4);
                IntPointer stride = new IntPointer(width * 3, 0, 0, 0)) {
            source.put(0, rgb);
            swscale.sws_scale(converter, source, stride, 0, height, frame.data(), frame.linesize());
        }
        frame.pts(tick);
        frame.duration(Math.max(1, Math.round(1 / options.frameRate() / avutil.av_q2d(encoder.time_base()))));
        long number = written++;
        waiting.add(encoding.submit(() -> {
            encode(frame, number);
            return null;
        }));
    }

    /** Waits until no more than so many frames wait; one takes milliseconds. */
    private void awaitEncoding(int left) throws IOException {
        while (waiting.size() > left) {
            WorkerPool.awaitFully(waiting.element());
            try {
                WorkerPool.result(waiting.element());
            } catch (InterruptedException e) {
                throw new IllegalStateException("encoding does not wait", e);
            }
            waiting.remove();
        }
    }

    private void encode(AVFrame next, long number) throws IOException {
        check(avcodec.avcodec_send_frame(encoder, next), "cannot encode frame " + number);
        while (true) {
            int result = avcodec.avcodec_receive_packet(encoder, packet);
            if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
                return;
            }
            check(result, "cannot encode frame " + number);
            avcodec.av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
            packet.stream_index(stream.index());
            check(avformat.av_interleaved_write_frame(format, packet), "cannot write frame " + number);
        }
    }

    /** Completes the file and puts it in its place, over what was there; nothing can be written afterwards. */
    public void finish() throws IOException {
        if (written == 0) {
            throw new UsageException(path + ": a video needs at least one frame");
        }
        awaitEncoding(0);
        encode(null, written);
        check(avformat.av_write_trailer(format), "cannot complete the file");
        check(closeOutput(), "cannot write");
        file.commit();
        close();
    }

    /** What is encoded uses the memory that is freed then. */
    private void endEncoding() {
        waiting.forEach(WorkerPool::awaitFully);
        encoding.close();
        encoding.awaitEnd(1, TimeUnit.MINUTES);
    }

    private int closeOutput() {
        AVIOContext output = format.pb();
        if (output == null || output.isNull()) {
            return 0;
        }
        int failed = output.error();
        format.pb(null);
        int result = avformat.avio_close(output);
        return failed < 0 ? failed : result;
    }

    private int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(path + ": " + what + ": " + Ffmpeg.message(result));
        }
        return result;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        endEncoding();
        if (!format.isNull()) {
            closeOutput();
            avformat.avformat_free_context(format);
        }
        avcodec.avcodec_free_context(encoder);
        avcodec.av_packet_free(packet);
        for (AVFrame frame : frames) {
            avutil.av_frame_free(frame);
        }
        swscale.sws_freeContext(converter);
        avutil.av_free(rgb);
        if (large) {
            Ffmpeg.refuseLarge();
        }
        file.close();
    }
}

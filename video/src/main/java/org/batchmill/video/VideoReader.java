package org.batchmill.video;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;

/**
 * The frames of a video file in the order of showing. Reads mp4, mov, mkv, webm and avi with H.264, HEVC, MPEG-4, VP9, AV1, MJPEG
 * or FFV1; always the first image stream, whatever streams stand before it.
 *
 * <p>Three threads of its own read packets, decode them and convert the images, with bounded queues between them. They begin with
 * the first frame that is asked for: what a file says of itself, how many frames it has and when they are shown cost no decoding.
 * Frames are numbered from 0 in the order of showing;
 * {@link #seek} and {@link #seekTime} come to exactly the frame that reading from the beginning would give under that number, for
 * the price of one pass over the file at the first seek, and of decoding from the key frame before it at each.
 *
 * <p>Only the one plain file is read: no playlists, no references to other files, no network. A frame that cannot be decoded, or
 * only by guessing, is a {@link DataException} with its number, and reading goes on behind it.
 *
 * <p>Used by one thread at a time, except {@link #close()}, which may be called by any. Frames are closed by the consumer and may
 * outlive the reader.
 */
public final class VideoReader implements AutoCloseable {

    private static final int QUEUED_PACKETS = 32;

    /** Few: a decoder works in the same few buffers only if it gets them back soon. */
    private static final int QUEUED_IMAGES = 4;

    private static final long LOOK_EVERY_MILLIS = 50;
    private static final long JOIN_MILLIS = 5_000;

    private final VideoFile file;
    private final VideoOptions options;
    private final VideoInfo info;
    private final FileInput input;
    private final double tick;
    private final double frameSeconds;
    private final FramePool pool = new FramePool();
    private final FramePool secondPool = new FramePool();
    private final HandOver<DemuxThread.Item> packets = new HandOver<>(QUEUED_PACKETS, DemuxThread.Item::free);
    private final HandOver<DecodeThread.Item> images = new HandOver<>(QUEUED_IMAGES, DecodeThread.Item::free);
    private final HandOver<ConvertThread.Item> frames;
    private final DemuxThread demuxThread;
    private final DecodeThread decodeThread;
    private final ConvertThread convertThread;
    private final List<WorkerThread> threads;
    // Closed by the threads, if they ever run.
    private final Demuxer demuxer;
    private final FrameDecoder decoder;
    private volatile boolean started;

    private SeekPosition position = SeekPosition.BEGINNING;
    private PacketIndex index;
    private boolean ended;
    private volatile DataException stalled;
    private volatile boolean closed;

    private VideoReader(VideoFile file, VideoOptions options, FileInput input, Demuxer demuxer, FrameDecoder decoder) {
        this.file = file;
        this.options = options;
        this.input = input;
        this.info = demuxer.info();
        this.tick = demuxer.tick();
        this.frameSeconds = info.frameRate() > 0 ? 1 / info.frameRate() : 0;
        this.frames = new HandOver<>(options.queuedFrames(), ConvertThread.Item::free);
        this.demuxThread = new DemuxThread(file.name(), demuxer, packets);
        this.decodeThread =
                new DecodeThread(file.name(), decoder, options.conceal(), tick, frameSeconds, packets, images);
        this.convertThread = new ConvertThread(file.name(), converter(options.shape(), pool), images, frames);
        this.threads = List.of(
                thread("video-demux ", demuxThread),
                thread("video-decode ", decodeThread),
                thread("video-convert ", convertThread));
        this.demuxer = demuxer;
        this.decoder = decoder;
    }

    /** Whoever waits in {@link #next()} looks at the threads: one that has died needs no heir. */
    private WorkerThread thread(String kind, WorkerThread.Work work) {
        return WorkerThread.of(kind + file.name(), work, death -> {});
    }

    /** Opens a video for whole RGB frames. */
    public static VideoReader open(Path path) throws IOException, InterruptedException {
        return open(path, VideoOptions.DEFAULT);
    }

    /**
     * Opens a video.
     *
     * @throws DataException        if it is not a video that is read here, or a damaged one, or claims more than the limits allow
     * @throws MissingPartException if FFmpeg's native library is not there
     */
    public static VideoReader open(Path path, VideoOptions options) throws IOException, InterruptedException {
        return open(VideoFile.of(path), options);
    }

    static VideoReader open(VideoFile file, VideoOptions options) throws IOException, InterruptedException {
        Ffmpeg.require();
        Opened opened = demux(file, options);
        try {
            Demuxer demuxer = opened.demuxer();
            FrameDecoder decoder = new FrameDecoder(
                    demuxer.parameters(), demuxer.timeBase(), demuxer.frameRate(), file.name(), options);
            return new VideoReader(file, options, opened.input(), demuxer, decoder);
        } catch (IOException | RuntimeException e) {
            opened.demuxer().close();
            throw e;
        }
    }

    /** Begins to decode, if it has not begun and is not closed. */
    private void start() {
        synchronized (threads) {
            if (!started && !closed) {
                started = true;
                threads.forEach(Thread::start);
            }
        }
    }

    private record Opened(FileInput input, Demuxer demuxer) {}

    private static Opened demux(VideoFile file, VideoOptions options) throws IOException, InterruptedException {
        SeekableByteChannel channel = file.open();
        FileInput input;
        try {
            input = new FileInput(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        Demuxer demuxer = StallWatchdog.call(
                file.name(),
                input,
                options.stallAfter(),
                () -> Demuxer.open(input, file.name(), options),
                Demuxer::close);
        return new Opened(input, demuxer);
    }

    /**
     * Makes two of each frame, from one decoding: {@link #next()} gives it in the first shape, and {@link VideoFrame#second()} of that in the
     * second. Takes the place of {@link VideoOptions#shape()}; what {@link #info()} says may decide on the shapes. Called before the first
     * frame is asked for.
     */
    public void shapes(FrameShape first, FrameShape second) {
        synchronized (threads) {
            if (started || closed) {
                throw new IllegalStateException(file.name() + " is already read, or closed");
            }
            convertThread.convertTwice(converter(first, pool), converter(second, secondPool));
        }
    }

    private FrameConverter converter(FrameShape shape, FramePool memory) {
        return new FrameConverter(shape, info.rotation(), memory, options.interlaced());
    }

    /**
     * Says which frames are wanted: the others are decoded, since later ones refer to them, but not converted, which is most of the work for
     * large images. They come all the same, without {@linkplain VideoFrame#pixels() pixels}. Called before the first frame is asked for.
     *
     * @param numbers asked on a thread of the reader's
     */
    public void convertOnly(LongPredicate numbers) {
        convertThread.convertOnly(numbers);
    }

    /** What the file says of itself. */
    public VideoInfo info() {
        return info;
    }

    /**
     * Waits for the next frame.
     *
     * @return the frame, which the caller closes, or null behind the last
     * @throws DataException if the next frame is damaged, or the file ends before it should; the next call goes on behind it
     * @throws org.batchmill.queues.threads.WorkerDiedException if one of its threads has died of what is no fault of the file
     */
    public VideoFrame next() throws IOException, InterruptedException {
        if (stalled != null) {
            throw stalled;
        }
        if (!ended) {
            start();
        }
        while (!ended) {
            ConvertThread.Item item = frames.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            if (closed) {
                if (item != null) {
                    item.free();
                }
                throw new IllegalStateException(file.name() + " was closed");
            }
            if (item == null) {
                watch();
            } else if (!item.position().isSameAs(position)) {
                item.free();
            } else {
                ended = item.last();
                if (item.failure() != null) {
                    throw item.failure();
                }
                if (item.frame() != null) {
                    return item.frame();
                }
            }
        }
        return null;
    }

    private void watch() throws DataException {
        threads.forEach(WorkerThread::requireAlive);
        try {
            StallWatchdog.check(file.name(), input, options.stallAfter());
        } catch (DataException e) {
            stalled = e;
            throw e;
        }
    }

    /** How many frames the file has, counted, not claimed; reads all of the file once. */
    public long countFrames() throws IOException, InterruptedException {
        return index().frames();
    }

    /** When each frame is shown, in microseconds after the first; reads all of the file once. */
    public long[] frameTimes() throws IOException, InterruptedException {
        PacketIndex known = index();
        long[] times = new long[known.frames()];
        for (int frame = 0; frame < times.length; frame++) {
            times[frame] = known.timed()
                    ? Math.round((known.timeStamp(frame) - known.timeStamp(0)) * tick * 1e6)
                    : Math.round(frame * frameSeconds * 1e6);
        }
        return times;
    }

    /** The frames at which decoding may start, ascending; reads all of the file once. */
    public int[] keyFrames() throws IOException, InterruptedException {
        return index().keyFrames();
    }

    /** Goes to a frame: the next call of {@link #next()} gives it, or null where there are not as many. */
    public void seek(long frame) throws IOException, InterruptedException {
        if (frame < 0) {
            throw new UsageException("frame numbers begin at 0, not at " + frame);
        }
        PacketIndex known = index();
        int generation = position.generation() + 1;
        if (frame >= known.frames()) {
            position = new SeekPosition(generation, known, 0, frame);
            ended = true;
            return;
        }
        ended = false;
        frames.clear(); // makes room; what still comes for the old position is dropped when it is taken
        position = new SeekPosition(generation, known, known.startFor((int) frame), frame);
        convertThread.goTo(position);
        decodeThread.goTo(position);
        demuxThread.goTo(position);
    }

    /**
     * Goes to the frame that is shown at a time: the last one that begins no later.
     *
     * @param micros microseconds after the first frame
     * @throws DataException if the file has neither time stamps nor a frame rate
     */
    public void seekTime(long micros) throws IOException, InterruptedException {
        PacketIndex known = index();
        if (known.frames() == 0) {
            seek(0);
        } else if (known.timed()) {
            // Frame times are rounded to microseconds, which half a microsecond makes up for.
            long ticks = (long) Math.floor((micros + 0.5) / 1e6 / tick);
            seek(known.frameShownAt(known.timeStamp(0) + ticks));
        } else if (frameSeconds > 0) {
            seek(Math.min(known.frames() - 1L, Math.max(0, (long) Math.floor((micros + 0.5) / 1e6 / frameSeconds))));
        } else {
            throw new DataException(
                    Kind.UNSUPPORTED, file.name(), "has neither time stamps nor a frame rate: seek by frame number");
        }
    }

    private PacketIndex index() throws IOException, InterruptedException {
        if (index == null) {
            Opened second = demux(file, options);
            index = StallWatchdog.call(
                    file.name(),
                    second.input(),
                    options.stallAfter(),
                    () -> {
                        try (Demuxer demuxer = second.demuxer()) {
                            return PacketIndex.of(demuxer, file.name(), options.maxFrames());
                        }
                    },
                    late -> {});
        }
        return index;
    }

    /** Ends its threads and frees what they hold; frames that were handed out stay valid. Closing twice does nothing. */
    @Override
    public void close() {
        synchronized (threads) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (!started) {
            closeParts();
            return;
        }
        demuxThread.shutDown();
        threads.forEach(Thread::interrupt);
        // A thread that hangs in the kernel is not waited for: it frees what it holds if it comes back.
        long patience = TimeUnit.MILLISECONDS.toNanos(stalled == null ? JOIN_MILLIS : 1);
        threads.forEach(thread -> thread.joinFully(patience));
        packets.clear();
        images.clear();
        frames.clear();
        pool.close();
        secondPool.close();
    }

    private void closeParts() {
        convertThread.free();
        decoder.close();
        try {
            demuxer.close();
        } catch (IOException e) {
            // closing a file that was only read loses nothing
        }
        pool.close();
        secondPool.close();
    }
}

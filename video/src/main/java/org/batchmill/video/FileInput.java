package org.batchmill.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A channel as FFmpeg's input. All bytes that FFmpeg sees come through here, so that nothing but this one file is ever opened, and
 * so that a read that does not come back is seen from outside. Used by the demuxing thread; {@link #blockedNanos()} and {@link
 * #position()} by any.
 */
final class FileInput implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final long NOT_READING = Long.MIN_VALUE;

    // JavaCPP compiles a fixed number of native entry points for each callback type, so all inputs share one and are
    // told apart
    // by the opaque value that FFmpeg hands back.
    private static final Map<Long, FileInput> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT_ID = new AtomicLong(1);
    private static final Read READ = new Read();
    private static final Seek SEEK = new Seek();

    private final Opaque id = new Opaque(NEXT_ID.getAndIncrement());
    private final SeekableByteChannel channel;
    private final long size;
    private final AVIOContext context;

    private volatile long readingSince = NOT_READING;
    private volatile long position;
    private volatile IOException failure;

    /** Takes over the channel. */
    FileInput(SeekableByteChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        OPEN.put(id.address(), this);
        BytePointer buffer = new BytePointer(avutil.av_malloc(BUFFER_BYTES));
        this.context = avformat.avio_alloc_context(buffer, BUFFER_BYTES, 0, id, READ, null, SEEK);
    }

    AVIOContext context() {
        return context;
    }

    /** How long the read that is under way has been waiting; 0 where none is. */
    long blockedNanos() {
        long since = readingSince;
        return since == NOT_READING ? 0 : System.nanoTime() - since;
    }

    /** The byte in the file at which the next read begins. */
    long position() {
        return position;
    }

    /** The bytes of the file. */
    long size() {
        return size;
    }

    /** Fills a buffer from an offset in the file, without FFmpeg; what is behind the end stays zero. */
    ByteBuffer bytes(long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        readingSince = System.nanoTime();
        try {
            channel.position(at);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // a channel may give less than it was asked for
            }
            channel.position(0);
        } finally {
            readingSince = NOT_READING;
        }
        return buffer.rewind();
    }

    /** What the channel threw, which FFmpeg knows only as "input/output error"; null if it threw nothing. */
    IOException failure() {
        return failure;
    }

    @Override
    public void close() throws IOException {
        OPEN.remove(id.address());
        // FFmpeg may have replaced the buffer it was given by a larger one: the context knows the one to free.
        avutil.av_free(context.buffer());
        avformat.avio_context_free(context);
        channel.close();
    }

    private int read(BytePointer target, int length) {
        try {
            ByteBuffer view = target.capacity(length).asByteBuffer();
            readingSince = System.nanoTime();
            int count;
            do {
                count = channel.read(view);
            } while (count == 0);
            if (count < 0) {
                return avutil.AVERROR_EOF();
            }
            long behind = position + count; // only this thread writes it
            position = behind;
            return count;
        } catch (IOException e) {
            failure = e;
            return avutil.AVERROR_EIO();
        } finally {
            readingSince = NOT_READING;
        }
    }

    private long seek(long offset, int whence) {
        try {
            int how = whence & ~avformat.AVSEEK_FORCE;
            if (how == avformat.AVSEEK_SIZE) {
                return size;
            }
            long target = how == 0 ? offset : how == 1 ? position + offset : size + offset;
            if (target < 0) {
                return avutil.AVERROR_EINVAL();
            }
            channel.position(target);
            position = target;
            return target;
        } catch (IOException e) {
            failure = e;
            return avutil.AVERROR_EIO();
        }
    }

    /** A number in the place of a pointer. */
    private static final class Opaque extends Pointer {
        Opaque(long id) {
            address = id;
        }
    }

    private static final class Read extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer opaque, BytePointer target, int length) {
            return OPEN.get(opaque.address()).read(target, length);
        }
    }

    private static final class Seek extends Seek_Pointer_long_int {
        @Override
        public long call(Pointer opaque, long offset, int whence) {
            return OPEN.get(opaque.address()).seek(offset, whence);
        }
    }
}

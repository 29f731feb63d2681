package org.batchmill.augment.decode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.pixels.OffHeap;
import org.batchmill.augment.pixels.Picture;
import org.batchmill.records.SampleId;

/**
 * Decoded pictures by the name of their sample, so that a small data set is decoded once and not in every epoch. What came first
 * stays until the budget is full: training goes round in circles, and a cache that pushed out the oldest would then never hit. A
 * picture is found again only while its file is the same: two data sets that are mixed may share names.
 *
 * <p>The pictures lie one behind the other in segments of memory, or of a memory-mapped file that the system may write out. It
 * belongs to one assembler: what is kept depends on its channels and on how much its policy lets the decoder reduce. Safe for use
 * by many threads; the owner closes it after the assembler.
 */
public final class DecodedCache implements AutoCloseable {

    private static final int SEGMENT_BYTES = 64 << 20;
    private static final int ZEROS = 1 << 20;

    private record Entry(
            long file,
            ByteBuffer pixels,
            int width,
            int height,
            int channels,
            double scaleX,
            double scaleY,
            int originalWidth,
            int originalHeight) {}

    /**
     * A picture from the cache.
     *
     * @param picture        a copy, which the caller closes
     * @param originalWidth  upright, in pixels
     * @param originalHeight upright, in pixels
     */
    public record Hit(Picture picture, int originalWidth, int originalHeight) {}

    private final long budget;
    private final BufferAllocator allocator;
    private final List<ArrowBuf> memory = new ArrayList<>();
    private final FileChannel file;
    private final Path path;
    private final ConcurrentHashMap<SampleId, Entry> entries = new ConcurrentHashMap<>();
    private ByteBuffer segment = ByteBuffer.allocate(0);
    private long taken;

    private DecodedCache(long budget, BufferAllocator allocator, FileChannel file, Path path) {
        this.budget = budget;
        this.allocator = allocator;
        this.file = file;
        this.path = path;
    }

    /**
     * In memory.
     *
     * @param budget in bytes
     * @param parent where the memory is counted
     */
    public static DecodedCache inMemory(long budget, BufferAllocator parent) {
        return new DecodedCache(budget, parent.newChildAllocator("decoded cache", 0, Long.MAX_VALUE), null, null);
    }

    /**
     * In a file that is mapped into memory and gone after {@link #close()}, on most systems also when the process is killed.
     *
     * @param path   of a file that does not exist yet
     * @param budget in bytes
     */
    public static DecodedCache inFile(Path path, long budget) throws IOException {
        FileChannel file = FileChannel.open(
                path,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        return new DecodedCache(budget, null, file, path);
    }

    /**
     * The picture of a sample; null if it is not here.
     *
     * @param file its encoded bytes, from position to limit
     */
    public Hit get(SampleId id, ByteBuffer file, ImageDecoder decoder) {
        Entry entry = entries.get(id);
        if (entry == null || entry.file != identity(file)) {
            return null;
        }
        Picture picture = decoder.newPicture();
        picture.resize(entry.width, entry.height, entry.channels, entry.scaleX, entry.scaleY);
        picture.pixels().put(entry.pixels.duplicate());
        return new Hit(picture, entry.originalWidth, entry.originalHeight);
    }

    /** The size of a file and the CRC32C of its bytes, which takes a few microseconds. */
    private static long identity(ByteBuffer file) {
        CRC32C crc = new CRC32C();
        crc.update(file.duplicate());
        return (long) file.remaining() << Integer.SIZE | crc.getValue();
    }

    /**
     * Keeps a copy of a picture if the budget allows.
     *
     * @param file its encoded bytes, from position to limit
     */
    public void put(SampleId id, ByteBuffer file, Picture picture, int originalWidth, int originalHeight)
            throws IOException {
        if (entries.containsKey(id)) {
            return;
        }
        ByteBuffer pixels = picture.pixels();
        ByteBuffer space = reserve(pixels.remaining());
        if (space == null) {
            return;
        }
        space.duplicate().put(pixels);
        entries.putIfAbsent(
                id,
                new Entry(
                        identity(file),
                        space,
                        picture.width(),
                        picture.height(),
                        picture.channels(),
                        picture.scaleX(),
                        picture.scaleY(),
                        originalWidth,
                        originalHeight));
    }

    private synchronized ByteBuffer reserve(int bytes) throws IOException {
        if (segment.remaining() < bytes && !nextSegment(bytes)) {
            return null;
        }
        ByteBuffer space = segment.slice(segment.position(), bytes);
        segment.position(segment.position() + bytes);
        return space;
    }

    private boolean nextSegment(int bytes) throws IOException {
        long size = Math.min(SEGMENT_BYTES, budget - taken);
        if (size < bytes) {
            return false;
        }
        if (file == null) {
            ArrowBuf buffer = OffHeap.take(allocator, size);
            memory.add(buffer);
            segment = buffer.nioBuffer(0, (int) size);
        } else {
            fill(taken, size);
            segment = file.map(FileChannel.MapMode.READ_WRITE, taken, size);
        }
        taken += size;
        return true;
    }

    /** Takes the space on the disk: to find it full behind a mapping would end the process. */
    private void fill(long from, long length) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
        try {
            for (long at = from; at < from + length; ) {
                zeros.clear().limit((int) Math.min(ZEROS, from + length - at));
                at += file.write(zeros, at);
            }
        } catch (IOException e) {
            throw new IOException(path + ": no space for the decoded pictures: " + e.getMessage(), e);
        }
    }

    /** How many pictures are kept. */
    public int size() {
        return entries.size();
    }

    /** Frees the memory, or deletes the file. */
    @Override
    public synchronized void close() throws IOException {
        entries.clear();
        segment = ByteBuffer.allocate(0);
        if (file == null) {
            memory.forEach(ArrowBuf::close);
            memory.clear();
            allocator.close();
        } else {
            file.close();
        }
    }
}

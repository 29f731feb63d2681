package org.batchmill.augment.decode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.pixels.Image;
import org.batchmill.augment.pixels.OffHeap;
import org.batchmill.records.SampleId;

/**
 * Decoded images by the name of their sample, so that a small data set is decoded once and not in every epoch. What came first
 * stays until the budget is full: training goes round in circles, and a cache that pushed out the oldest would then never hit. A
 * image is found again only while its file is the same: two data sets that are mixed may share names.
 *
 * <p>The images lie one behind the other in segments of memory, or in a file that is read and written at positions and not mapped: one
 * that is cut, or a disk that is full or fails, costs what is kept there and not the process. What is read from it must have the checksum
 * that it was written with; else the image is not here. It belongs to one assembler: what is kept depends on its channels and on how
 * much its policy lets the decoder reduce. Safe for use by many threads; the owner closes it after the assembler.
 */
public final class DecodedCache implements AutoCloseable {

    private static final int SEGMENT_BYTES = 64 << 20;

    /** Where pixels lie. */
    private interface Pixels {

        /** Copies them; false if they are not there any more. */
        boolean copyTo(ByteBuffer target);
    }

    private record InMemory(ByteBuffer pixels) implements Pixels {
        @Override
        public boolean copyTo(ByteBuffer target) {
            target.put(pixels.duplicate());
            return true;
        }
    }

    private record InFile(FileChannel channel, long offset, long checksum) implements Pixels {
        @Override
        public boolean copyTo(ByteBuffer target) {
            ByteBuffer rest = target.duplicate();
            try {
                int read = 0;
                while (rest.hasRemaining() && read >= 0) {
                    read = channel.read(rest, offset + rest.position() - target.position());
                }
            } catch (IOException e) {
                return false; // closed by an interrupt, or the disk fails: the image is decoded again
            }
            return !rest.hasRemaining() && crc(target) == checksum;
        }
    }

    /** @param file the identity of the file that the image was decoded from */
    private record Entry(long file, Pixels pixels, Size size, int originalWidth, int originalHeight) {}

    /** What an image is beside its pixels. */
    private record Size(int width, int height, int channels, double scaleX, double scaleY) {

        static Size of(Image image) {
            return new Size(image.width(), image.height(), image.channels(), image.scaleX(), image.scaleY());
        }

        void applyTo(Image image) {
            image.resize(width, height, channels, scaleX, scaleY);
        }
    }

    /**
     * An image from the cache.
     *
     * @param image        a copy, which the caller closes
     * @param originalWidth  upright, in pixels
     * @param originalHeight upright, in pixels
     */
    public record Hit(Image image, int originalWidth, int originalHeight) {}

    private final long budget;
    private final BufferAllocator allocator;
    private final List<ArrowBuf> memory = new ArrayList<>();
    private final FileChannel file;
    private final Path path;
    private final ConcurrentHashMap<SampleId, Entry> entries = new ConcurrentHashMap<>();
    private ByteBuffer segment = ByteBuffer.allocate(0);
    private long taken;

    /** The disk took no more. */
    private boolean full;

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
     * In a file that is gone after {@link #close()}, on most systems also when the process is killed.
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
     * The image of a sample; null if it is not here.
     *
     * @param file its encoded bytes, from position to limit
     */
    public Hit get(SampleId id, ByteBuffer file, ImageDecoder decoder) {
        Entry entry = entries.get(id);
        if (entry == null || entry.file != identity(file)) {
            return null;
        }
        Image image = decoder.newImage();
        entry.size.applyTo(image);
        if (!entry.pixels.copyTo(image.pixels())) {
            image.close();
            entries.remove(id, entry);
            return null;
        }
        return new Hit(image, entry.originalWidth, entry.originalHeight);
    }

    /** The size of a file and the CRC32C of its bytes, which takes a few microseconds. */
    private static long identity(ByteBuffer file) {
        return (long) file.remaining() << Integer.SIZE | crc(file);
    }

    private static long crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return crc.getValue();
    }

    /**
     * Keeps a copy of an image if the budget allows.
     *
     * @param encoded the bytes of its file, from position to limit
     * @throws IOException once, with the file's name, where the disk does not take it; nothing more is kept from then on
     */
    public void put(SampleId id, ByteBuffer encoded, Image image, int originalWidth, int originalHeight)
            throws IOException {
        if (entries.containsKey(id)) {
            return;
        }
        Pixels kept = file == null ? inMemory(image.pixels()) : inFile(image.pixels());
        if (kept == null) {
            return;
        }
        entries.putIfAbsent(id, new Entry(identity(encoded), kept, Size.of(image), originalWidth, originalHeight));
    }

    private Pixels inMemory(ByteBuffer pixels) {
        ByteBuffer space = reserve(pixels.remaining());
        if (space != null) {
            space.duplicate().put(pixels);
        }
        return space == null ? null : new InMemory(space);
    }

    private synchronized ByteBuffer reserve(int bytes) {
        if (segment.remaining() < bytes && !nextSegment(bytes)) {
            return null;
        }
        ByteBuffer space = segment.slice(segment.position(), bytes);
        segment.position(segment.position() + bytes);
        return space;
    }

    private boolean nextSegment(int bytes) {
        long size = Math.min(SEGMENT_BYTES, budget - taken);
        if (size < bytes) {
            return false;
        }
        ArrowBuf buffer = OffHeap.take(allocator, size);
        memory.add(buffer);
        segment = buffer.nioBuffer(0, (int) size);
        taken += size;
        return true;
    }

    private Pixels inFile(ByteBuffer pixels) throws IOException {
        long offset = reserveInFile(pixels.remaining());
        if (offset < 0) {
            return null;
        }
        ByteBuffer rest = pixels.duplicate();
        try {
            while (rest.hasRemaining()) {
                file.write(rest, offset + rest.position() - pixels.position());
            }
        } catch (ClosedChannelException e) {
            return null; // by an interrupt, which ends the pipeline
        } catch (IOException e) {
            if (isFirstFailure()) {
                throw new IOException(path + ": no space for the decoded images: " + e.getMessage(), e);
            }
            return null;
        }
        return new InFile(file, offset, crc(pixels));
    }

    /** An offset in the file; -1 if there is none. */
    private synchronized long reserveInFile(int bytes) {
        if (full || budget - taken < bytes) {
            return -1;
        }
        taken += bytes;
        return taken - bytes;
    }

    private synchronized boolean isFirstFailure() {
        boolean first = !full;
        full = true;
        return first;
    }

    /** How many images are kept. */
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

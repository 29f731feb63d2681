package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * A file of a store, to be read. Reads at positions are safe for use by many threads. Whoever reads on where the last read ended has the
 * next blocks fetched meanwhile. Holds no connection, and reads one version of the file alone.
 */
final class StoreFile extends FileChannel {

    /** Blocks that are fetched ahead of somebody who reads in order. */
    private static final int AHEAD = 16;

    private final Version file;
    private long position;

    /** Up to there blocks were asked for ahead of who reads. */
    private long aheadTo;

    StoreFile(Version file) {
        this.file = file;
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        int read = read(target, position);
        if (read > 0) {
            boolean goesOn = position > 0;
            position += read;
            if (goesOn) {
                fetchAhead();
            }
        }
        return read;
    }

    /** A stretch at a time. */
    private void fetchAhead() {
        long end = (position / Blocks.BYTES + AHEAD) * Blocks.BYTES;
        boolean goneBack = aheadTo > end;
        long from = goneBack ? position : Math.max(position, aheadTo);
        if (end - from >= (long) Blocks.STRETCH * Blocks.BYTES) {
            Blocks.soon(file, from, (int) (end - from));
            aheadTo = end;
        }
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (offset >= file.size()) {
            return -1;
        }
        // As many as are fetched ahead: of a read of any length no more need to be in memory at once.
        int most = AHEAD * Blocks.BYTES;
        int count = (int) Math.min(Math.min(target.remaining(), most), file.size() - offset);
        if (count == 0) {
            return 0;
        }
        List<Future<byte[]>> blocks = new ArrayList<>();
        long first = offset / Blocks.BYTES;
        for (long number = first; number <= (offset + count - 1) / Blocks.BYTES; number++) {
            blocks.add(Blocks.get(file, number));
        }
        int from = (int) (offset % Blocks.BYTES);
        int left = count;
        for (Future<byte[]> each : blocks) {
            byte[] block = await(each);
            int some = Math.min(left, block.length - from);
            target.put(block, from, some);
            left -= some;
            from = 0;
        }
        return count;
    }

    private byte[] await(Future<byte[]> block) throws IOException {
        try {
            return WorkerPool.result(block);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new ClosedByInterruptException();
        } catch (NoSuchFileException e) {
            throw new DataException(Kind.MISSING, file.name(), "the file is gone", e);
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int first, int count) throws IOException {
        long read = 0;
        for (int i = first; i < first + count; i++) {
            int some = read(targets[i]);
            if (some < 0) {
                return read == 0 ? -1 : read;
            }
            read += some;
            if (targets[i].hasRemaining()) {
                return read;
            }
        }
        return read;
    }

    @Override
    public synchronized long position() {
        return position;
    }

    @Override
    public synchronized FileChannel position(long value) {
        position = value;
        return this;
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public long transferTo(long offset, long count, WritableByteChannel target) throws IOException {
        ByteBuffer some = ByteBuffer.allocate((int) Math.min(count, Blocks.BYTES));
        int read = read(some, offset);
        return read <= 0 ? 0 : target.write(some.flip());
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public long write(ByteBuffer[] sources, int first, int count) {
        throw new NonWritableChannelException();
    }

    @Override
    public int write(ByteBuffer source, long offset) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long offset, long count) {
        throw new NonWritableChannelException();
    }

    @Override
    public void force(boolean attributes) {}

    @Override
    public MappedByteBuffer map(MapMode mode, long offset, long size) {
        throw new UnsupportedOperationException(file.name() + ": a file of a store is not mapped");
    }

    @Override
    public FileLock lock(long offset, long size, boolean shared) {
        throw new UnsupportedOperationException(file.name() + ": a file of a store is not locked");
    }

    @Override
    public FileLock tryLock(long offset, long size, boolean shared) {
        return lock(offset, size, shared);
    }

    @Override
    protected void implCloseChannel() {}
}

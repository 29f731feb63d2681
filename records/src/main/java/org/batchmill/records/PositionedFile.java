package org.batchmill.records;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.storage.ReadsAhead;
import org.batchmill.records.storage.StoreAwayException;

/**
 * A file that is read at any position, into memory of the reader's own. It is not mapped: a file that is cut, or a disk that fails,
 * behind a mapping ends the process with SIGBUS; here it is an error with the file's name.
 *
 * <p>Of all such files together the {@value #MOST_OPEN} last used hold a descriptor; others are opened again when they are read, and must be
 * the same file then. Safe for use by many threads; the interrupt of one of them does not disturb the others.
 */
public final class PositionedFile implements Closeable {

    private static final int MOST_OPEN = 64;

    /** The JDK keeps a buffer of the size of the longest read for each thread; one of this size also stays in a core's cache. */
    private static final int CHUNK_BYTES = 256 << 10;

    /** By their last use, oldest first. Guarded by itself. */
    private static final Map<PositionedFile, FileChannel> OPEN = new LinkedHashMap<>(16, .75f, true);

    private final Path path;
    private final long size;
    private final Object key;
    private volatile boolean closed;

    private PositionedFile(Path path, long size, Object key) {
        this.path = path;
        this.size = size;
        this.key = key;
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is not there, or is a pipe or a device
     */
    public static PositionedFile open(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isOther()) {
                throw InputFile.notPlain(path); // to open a pipe is to wait for whoever writes it
            }
            PositionedFile file = new PositionedFile(path, attributes.size(), attributes.fileKey());
            file.channel();
            return file;
        } catch (NoSuchFileException e) {
            throw new DataException(Kind.MISSING, path.toString(), "there is no such file", e);
        }
    }

    /** In bytes, as it was when it was opened. */
    public long size() {
        return size;
    }

    /** Hears that some bytes will be read soon; they may reach behind the end. */
    public void soon(long offset, int length) {
        ReadsAhead.tell(path, offset, length);
    }

    /**
     * Reads some bytes.
     *
     * @param offset of the first
     * @param length within what {@link #size()} says
     * @return a little-endian buffer that nothing else holds
     * @throws DataException if the file has been cut, was replaced or is gone, or its disk fails
     */
    public ByteBuffer read(long offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, /* size= */ (long) length, /* length= */ size);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            FileChannel channel = channel();
            try {
                readAll(channel, offset, bytes);
            } catch (ClosedByInterruptException e) {
                forget(channel);
                throw e;
            } catch (ClosedChannelException e) {
                forget(channel); // by the interrupt of another reader, or to make room
            }
        }
        return bytes.flip();
    }

    private void readAll(FileChannel channel, long offset, ByteBuffer bytes) throws IOException {
        int length = bytes.capacity();
        while (bytes.position() < length) {
            bytes.limit(Math.min(length, bytes.position() + CHUNK_BYTES));
            long at = offset + bytes.position();
            if (readAt(channel, at, bytes) < 0) {
                throw new DataException(
                        Kind.TRUNCATED,
                        path + ": byte " + at,
                        "the file had " + size + " bytes when it was opened and ends here now");
            }
        }
    }

    private int readAt(FileChannel channel, long offset, ByteBuffer bytes) throws IOException {
        try {
            return channel.read(bytes, offset);
        } catch (ClosedChannelException | DataException | StoreAwayException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(Kind.CORRUPT, path + ": byte " + offset, "cannot be read: " + e.getMessage(), e);
        }
    }

    private FileChannel channel() throws IOException {
        synchronized (OPEN) {
            FileChannel channel = OPEN.get(this);
            if (channel != null) {
                return channel;
            }
            if (closed) {
                throw new ClosedChannelException();
            }
            channel = openAgain();
            OPEN.put(this, channel);
            if (OPEN.size() > MOST_OPEN) {
                Iterator<FileChannel> oldest = OPEN.values().iterator();
                oldest.next().close();
                oldest.remove();
            }
            return channel;
        }
    }

    private FileChannel openAgain() throws IOException {
        FileChannel channel = null;
        boolean ready = false;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            if (!Objects.equals(
                    key, Files.readAttributes(path, BasicFileAttributes.class).fileKey())) {
                throw new DataException(Kind.CORRUPT, path.toString(), "another file has taken its place");
            }
            ready = true;
            return channel;
        } catch (NoSuchFileException e) {
            throw new DataException(Kind.MISSING, path.toString(), "the file is gone", e);
        } catch (StoreAwayException e) {
            throw e; // says nothing of the file
        } catch (FileSystemException e) {
            throw new IOException(path + ": cannot be opened: " + InputFile.reason(e), e);
        } finally {
            if (!ready && channel != null) {
                channel.close();
            }
        }
    }

    private void forget(FileChannel channel) {
        synchronized (OPEN) {
            OPEN.remove(this, channel);
        }
    }

    /** Frees the descriptor; what was read stays. A second call does nothing. */
    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            closed = true;
            FileChannel channel = OPEN.remove(this);
            if (channel != null) {
                channel.close();
            }
        }
    }
}

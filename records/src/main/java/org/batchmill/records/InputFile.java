package org.batchmill.records;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.storage.StoreAwayException;

/**
 * A file that is read from the front, or here and there by one thread. Whatever fails, from opening to a disk that gives up in the
 * middle, is a {@link DataException} with the file's name; the system's own errors often lack it. {@link PositionedFile} is for many
 * threads and for files that stay open long.
 */
public final class InputFile implements SeekableByteChannel {

    private static final int CHUNK = 1 << 16;

    private final Path path;
    private final FileChannel channel;

    private InputFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is not there or cannot be opened, or is a pipe or a device
     */
    public static InputFile open(Path path) throws IOException {
        // Asked before: to open a pipe is to wait for whoever writes it. Stores have none.
        if (path.getFileSystem() == FileSystems.getDefault() && isOther(path)) {
            throw notPlain(path);
        }
        return openAny(path);
    }

    private static InputFile openAny(Path path) throws IOException {
        try {
            return new InputFile(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new DataException(Kind.MISSING, path.toString(), "there is no such file", e);
        } catch (StoreAwayException e) {
            throw e; // says nothing of the file
        } catch (FileSystemException e) {
            throw new DataException(Kind.MISSING, path.toString(), "cannot be opened: " + reason(e), e);
        }
    }

    private static boolean isOther(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isOther();
        } catch (IOException e) {
            return false; // opening it says why
        }
    }

    static DataException notPlain(Path path) {
        return new DataException(Kind.UNSUPPORTED, path.toString(), "not a plain file");
    }

    /** Why a file cannot be opened; the system says no more of one that is not for this user. */
    static String reason(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    /** {@link #open}, as a stream. */
    public static InputStream stream(Path path) throws IOException {
        return Channels.newInputStream(open(path));
    }

    /**
     * All bytes of a file, or of a pipe, which is waited for: {@code --config <(make-options)}.
     *
     * @param largest of the sizes that are read
     * @throws DataException if it is not there, larger or cannot be read
     */
    public static byte[] bytes(Path path, long largest) throws IOException {
        try (InputFile file = openAny(path)) {
            long size = file.size();
            if (size > largest) {
                throw new DataException(
                        Kind.TOO_LARGE, path.toString(), size + " bytes are above the limit of " + largest);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = file.read(bytes);
            }
            if (size == 0) {
                return untold(file, largest);
            }
            // A file that was cut in the meantime has fewer bytes.
            return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
        }
    }

    /** Of a pipe, and of what the system makes when it is read, nobody tells the size before. */
    private static byte[] untold(InputFile file, long largest) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(CHUNK);
        while (file.read(some) >= 0) {
            if (all.size() + some.position() > largest) {
                throw new DataException(
                        Kind.TOO_LARGE, file.path.toString(), "it has more bytes than the limit of " + largest);
            }
            all.write(some.array(), 0, some.position());
            some.clear();
        }
        return all.toByteArray();
    }

    private IOException failure(IOException e) {
        // That the channel was closed, by an interrupt for instance, or that a store is away is not the file's fault.
        if (e instanceof ClosedChannelException || e instanceof DataException || e instanceof StoreAwayException) {
            return e;
        }
        // The system opens folders, and refuses to read them.
        return Files.isDirectory(path)
                ? new DataException(Kind.UNSUPPORTED, path.toString(), "is a folder, where a file is wanted", e)
                : new DataException(Kind.CORRUPT, path.toString(), "cannot be read: " + e.getMessage(), e);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            return channel.read(target);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Reads at an offset, and leaves the position alone; as {@link FileChannel#read(ByteBuffer, long)}. */
    public int read(ByteBuffer target, long offset) throws IOException {
        try {
            return channel.read(target, offset);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public InputFile position(long position) throws IOException {
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public InputFile truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

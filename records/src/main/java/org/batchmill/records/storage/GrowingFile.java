package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A local file that is read while it grows: the log of a run, a list of what was left out. What is written in one call is there whole
 * or, where the disk is full, not at all; only a kill may leave the last call's bytes half written. Used by one thread at a time; closed
 * by its creator. Errors name the file.
 */
public final class GrowingFile implements WritableByteChannel {

    private final Path file;
    private final FileChannel channel;

    private GrowingFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens a file at its end; it is made if it is not there. */
    public static GrowingFile append(Path file) throws IOException {
        return open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * Begins a file.
     *
     * @throws IOException if there is something of this name
     */
    public static GrowingFile create(Path file) throws IOException {
        return open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static GrowingFile open(Path file, StandardOpenOption... options) throws IOException {
        try {
            return new GrowingFile(file, FileChannel.open(file, options));
        } catch (IOException e) {
            throw LocalPendingFile.named(file, e);
        }
    }

    /** Appends one line, in UTF-8, to a file that is made if it is not there. */
    public static void appendLine(Path file, String line) throws IOException {
        try (GrowingFile grown = append(file)) {
            grown.write(line + "\n");
        }
    }

    /** Writes a text in UTF-8. */
    public void write(String text) throws IOException {
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes all remaining bytes of {@code source}. */
    @Override
    public int write(ByteBuffer source) throws IOException {
        int length = source.remaining();
        long before = channel.size();
        try {
            while (source.hasRemaining()) {
                channel.write(source);
            }
        } catch (IOException e) {
            if (channel.isOpen()) {
                channel.truncate(before);
            }
            throw LocalPendingFile.named(file, e);
        }
        return length;
    }

    /** Waits until the disk has what was written. */
    public void force() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw LocalPendingFile.named(file, e);
        }
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

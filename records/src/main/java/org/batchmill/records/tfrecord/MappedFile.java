package org.batchmill.records.tfrecord;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.batchmill.records.DataException;

/**
 * A file of any size, mapped read-only. A buffer holds at most 2 GiB, so the file is mapped in windows of up to 2 GiB that begin
 * every 1 GiB: any stretch of up to 1 GiB lies whole in one of them. Mappings are freed when the last view of them is garbage.
 * Safe for use by many threads.
 */
final class MappedFile {

    private static final long STRIDE = 1L << 30;

    private final long size;
    private final MappedByteBuffer[] windows;

    private MappedFile(long size, MappedByteBuffer[] windows) {
        this.size = size;
        this.windows = windows;
    }

    static MappedFile open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            MappedByteBuffer[] windows = new MappedByteBuffer[Math.toIntExact((size + STRIDE - 1) / STRIDE)];
            for (int i = 0; i < windows.length; i++) {
                long start = i * STRIDE;
                long length = Math.min(size - start, Integer.MAX_VALUE);
                windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, length);
            }
            return new MappedFile(size, windows);
        } catch (NoSuchFileException e) {
            throw new DataException(DataException.Kind.MISSING, path.toString(), "there is no such file", e);
        }
    }

    long size() {
        return size;
    }

    /** A little-endian view of {@code length} bytes, at most 1 GiB, which must lie in the file. */
    ByteBuffer view(long offset, int length) {
        MappedByteBuffer window = windows[(int) (offset / STRIDE)];
        return window.slice((int) (offset % STRIDE), length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

package org.batchmill.jobs.train;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.records.InputFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.trace.TraceWriter;

/**
 * The trace of a run: in the file that was asked for and, since the dashboard reads run folders alone, as trace.json of the folder too.
 * That is the same file under a second name where both lie on one file system, else a copy. Used by one thread; its writer by many.
 */
final class RunTrace implements Closeable {

    private static final int CHUNK = 1 << 16;

    private final Path file;
    private final Path kept;
    private final TraceWriter writer;
    private boolean begun;
    private boolean closed;

    RunTrace(Path file, Path run) throws IOException {
        this.file = file.toAbsolutePath().normalize();
        this.kept = run.resolve(RunFiles.TRACE).toAbsolutePath().normalize();
        this.writer = new TraceWriter(file);
    }

    TraceWriter writer() {
        return writer;
    }

    /** The training has started, so that the run folder is its own: of a start that is refused it stays as it was. */
    void begin() {
        begun = true;
    }

    /** Ends the trace; closing it again does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        writer.close();
        if (begun && !file.equals(kept)) {
            keep();
        }
    }

    private void keep() throws IOException {
        Files.deleteIfExists(kept);
        if (!Storage.isLocal(file)) {
            copy();
            return;
        }
        try {
            Files.createLink(kept, file);
        } catch (IOException | UnsupportedOperationException e) {
            copy();
        }
    }

    private void copy() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        try (SeekableByteChannel from = InputFile.open(file);
                PendingFile to = Storage.of(kept).create(kept)) {
            while (from.read(buffer) >= 0) {
                write(buffer.flip(), to);
                buffer.clear();
            }
            to.commit();
        }
    }

    private static void write(ByteBuffer bytes, WritableByteChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }
}

package org.batchmill.records.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the records of several streams in turn, one of each: neighbours then come from different files even where nothing is
 * shuffled. A stream that ends leaves the round; the others go on. All streams are open at once.
 *
 * <p>Owns its readers and closes them. Used by one thread at a time.
 */
public final class InterleavedReader implements Closeable {

    private final List<TfRecordReader> all;
    private final List<TfRecordReader> round;
    private int turn;

    private InterleavedReader(List<TfRecordReader> readers) {
        this.all = List.copyOf(readers);
        this.round = new ArrayList<>(readers);
    }

    /** Takes over readers that are open. */
    public static InterleavedReader of(List<TfRecordReader> readers) {
        return new InterleavedReader(readers);
    }

    /**
     * Opens files; each may be compressed in its own way.
     *
     * @throws org.batchmill.records.DataException if one is not there; those opened before it are closed
     */
    @SuppressWarnings("resource") // the readers are closed with this, or below
    public static InterleavedReader open(List<Path> files, ReadOptions options) throws IOException {
        List<TfRecordReader> readers = new ArrayList<>();
        try {
            for (Path file : files) {
                readers.add(TfRecordReader.open(file, options));
            }
            return new InterleavedReader(readers);
        } catch (IOException | RuntimeException e) {
            closeAll(readers, e);
            throw e;
        }
    }

    /**
     * The next record of the stream whose turn it is.
     *
     * @return a read-only view of its data, valid until the stream's next turn, or null where all have ended
     * @throws org.batchmill.records.DataException as {@link TfRecordReader#next()}; the turn stays with that stream
     */
    public ByteBuffer next() throws IOException {
        while (!round.isEmpty()) {
            ByteBuffer record = round.get(turn).next();
            if (record != null) {
                turn = (turn + 1) % round.size();
                return record;
            }
            round.remove(turn);
            turn = turn == round.size() ? 0 : turn;
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        IOException failure = new IOException("a record file cannot be closed");
        closeAll(all, failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private static void closeAll(List<TfRecordReader> readers, Exception failure) {
        for (TfRecordReader reader : readers) {
            try {
                reader.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }
}

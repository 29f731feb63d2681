package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * A record file that is written from its front to its end: its bytes are counted and digested on their way, so that nobody need read them again.
 * Used by one thread; closed by its creator, or by whoever it was given to.
 */
final class ShardBytes implements PendingFile {

    private final Path target;
    private final PendingFile file;
    private final MessageDigest sha = ContentHash.sha256();
    private long bytes;

    ShardBytes(Path target) throws IOException {
        this.target = target;
        this.file = Storage.of(target).create(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        sha.update(source.duplicate());
        int written = file.write(source);
        bytes += written;
        return written;
    }

    @Override
    public Path local() {
        throw new UnsupportedOperationException("a record file is written from its front");
    }

    @Override
    public void commit() throws IOException {
        file.commit();
    }

    @Override
    public void commitUnsynced() throws IOException {
        file.commitUnsynced();
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** What was written; asked once, when it is committed. */
    PackedShard shard(String split, long records) {
        return new PackedShard(
                target.getFileName().toString(),
                split,
                records,
                bytes,
                HexFormat.of().formatHex(sha.digest()));
    }
}

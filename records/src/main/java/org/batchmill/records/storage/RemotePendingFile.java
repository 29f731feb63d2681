package org.batchmill.records.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes go to a temporary file of this machine, which is sent when it is complete. What breaks off while it is sent is sent anew, or taken
 * away; a provider whose files can be seen half sent shows them until then, so whoever reads a data set goes by what lists its files.
 */
final class RemotePendingFile implements PendingFile {

    private static final OpenOption[] NEW = {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
    private static final OpenOption[] INSTEAD = {
        StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
    };

    private final Path target;
    private final PendingFile here;

    private RemotePendingFile(Path target, PendingFile here) {
        this.target = target;
        this.here = here;
    }

    static PendingFile create(Path target) throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        return new RemotePendingFile(target, LocalStorage.INSTANCE.create(folder.resolve("batchmill-sent")));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return here.write(source);
    }

    @Override
    public Path local() {
        return here.local();
    }

    @Override
    public void commit() throws IOException {
        try {
            Attempts.of(target.toString(), this::send);
        } catch (IOException e) {
            throw LocalPendingFile.named(target, e);
        }
        here.close();
    }

    private Void send() throws IOException {
        boolean sent = false;
        try (InputStream in = Files.newInputStream(local());
                OutputStream out = Files.newOutputStream(target, Files.exists(target) ? INSTEAD : NEW)) {
            in.transferTo(out);
            sent = true;
        } finally {
            if (!sent && Files.isRegularFile(target)) {
                Files.deleteIfExists(target);
            }
        }
        return null;
    }

    @Override
    public void commitUnsynced() throws IOException {
        commit();
    }

    @Override
    public boolean isOpen() {
        return here.isOpen();
    }

    @Override
    public void close() throws IOException {
        here.close();
    }
}

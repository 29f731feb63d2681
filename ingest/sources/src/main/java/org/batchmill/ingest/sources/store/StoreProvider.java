package org.batchmill.ingest.sources.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Attempts;
import org.batchmill.records.storage.ReadsAhead;

/**
 * Another provider's files as this program wants them: asked for again when that fails, read by blocks, under the names that users wrote,
 * with folders wherever there are files below them. What needs more than a store can give, a file that grows, is locked or mapped, is
 * refused in one line. Safe for use by many threads.
 */
final class StoreProvider extends FileSystemProvider implements ReadsAhead {

    private final KnownFiles known = new KnownFiles();

    @Override
    public String getScheme() {
        return "batchmill-store";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
        throw new UnsupportedOperationException("stores are opened by Places");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException("stores are opened by Places");
    }

    @Override
    public Path getPath(URI uri) {
        return Places.of(uri.toString());
    }

    /** From now on listings at and below a folder are believed for a while. */
    void isData(StorePath folder) {
        known.isData(folder.toAbsolutePath());
    }

    /** From now on they are not. */
    void isWritten(StorePath folder) {
        known.isWritten(folder.toAbsolutePath());
    }

    private static Path file(Path path) {
        StorePath its = (StorePath) path;
        return its.getFileSystem().provided(its, false);
    }

    private static Path folder(Path path) {
        StorePath its = (StorePath) path;
        return its.getFileSystem().provided(its, true);
    }

    // Reading.

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND)) {
            throw new UsageException(
                    path + ": must be on this machine: files that grow or are locked cannot lie in a store");
        }
        return new StoreFile(open((StorePath) path.toAbsolutePath()));
    }

    private Version open(StorePath path) throws IOException {
        return known.open(path, StoreProvider.this::version);
    }

    /** What is known already is believed; otherwise opening tells the size, and is needed anyway. */
    private Version version(StorePath path) throws IOException {
        BasicFileAttributes told = known.kept(path);
        if (told == null && Blocks.areKept()) {
            told = known.ask(path, StoreProvider::asked);
        }
        return told == null ? Connections.open(path, file(path)) : Version.of(path, file(path), told);
    }

    @Override
    public void soon(Path path, long offset, int length) {
        StorePath its = (StorePath) path.toAbsolutePath();
        Version opened = known.opened(its);
        if (opened != null) {
            Blocks.soon(opened, offset, length);
        } else if (Blocks.hasRoom()) {
            Connections.hint(() -> {
                Blocks.soon(open(its), offset, length);
                return null;
            });
        }
    }

    @Override
    public byte[] readNow(Path path) throws IOException {
        return Attempts.of(path.toString(), () -> Files.readAllBytes(file(path.toAbsolutePath())));
    }

    private static BasicFileAttributes asked(StorePath path) throws IOException {
        return Attempts.of(path.toString(), () -> ask(path));
    }

    private BasicFileAttributes readAttributes(StorePath path) throws IOException {
        return known.of(path, StoreProvider::asked);
    }

    /** What only has files below it is a folder too. */
    private static BasicFileAttributes ask(Path path) throws IOException {
        Path file = file(path);
        Path folder = folder(path);
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            if (folder.toString().equals(file.toString())) {
                throw e;
            }
            folder.getFileSystem().provider().checkAccess(folder);
            return Files.readAttributes(folder, BasicFileAttributes.class);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // only the basic ones are known
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (type != BasicFileAttributes.class) {
            throw new UnsupportedOperationException("files of a store have no " + type.getSimpleName());
        }
        return (A) told(path);
    }

    /**
     * What {@code Files.exists}, {@code isDirectory} and {@code isRegularFile} ask. They take every {@link IOException} for a no: that a store
     * is away, or refuses, is none, and so goes past them.
     *
     * @throws UncheckedIOException if the store does not say whether there is such a file
     */
    private BasicFileAttributes told(Path path) throws NoSuchFileException {
        try {
            return readAttributes((StorePath) path.toAbsolutePath());
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        BasicFileAttributes its = told(path);
        return Map.of(
                "size", its.size(),
                "lastModifiedTime", its.lastModifiedTime(),
                "isDirectory", its.isDirectory(),
                "isRegularFile", its.isRegularFile());
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return type == BasicFileAttributeView.class ? (V) new View((StorePath) path.toAbsolutePath()) : null;
    }

    /** Of one file; nothing can be set. */
    private final class View implements BasicFileAttributeView {

        private final StorePath path;

        View(StorePath path) {
            this.path = path;
        }

        @Override
        public String name() {
            return "basic";
        }

        @Override
        public BasicFileAttributes readAttributes() throws IOException {
            return StoreProvider.this.readAttributes(path);
        }

        @Override
        public void setTimes(FileTime modified, FileTime accessed, FileTime created) {
            throw new UnsupportedOperationException("times of files in a store cannot be set");
        }
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        StorePath folder = (StorePath) path;
        List<Path> found = folder.isAbsolute() ? known.filesIn(folder) : null;
        if (found == null) {
            found = Attempts.of(folder.toString(), () -> list(folder));
            known.listed(folder.toAbsolutePath(), found);
        }
        List<Path> accepted = new ArrayList<>();
        for (Path each : found) {
            if (filter.accept(each)) {
                accepted.add(each);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return accepted.iterator();
            }

            @Override
            public void close() {}
        };
    }

    private List<Path> list(StorePath folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder(folder))) {
            for (Path each : stream) {
                found.add(listed(folder, each));
            }
        }
        return found;
    }

    /** Some providers end the names of folders in a separator: what has none is a file there, and need not be asked of the store. */
    private StorePath listed(StorePath folder, Path provided) {
        String name = provided.getFileName().toString();
        String separator = provided.getFileSystem().getSeparator();
        boolean marked = name.endsWith(separator);
        StorePath path = (StorePath) folder.resolve(StorePath.parse(
                folder.getFileSystem(), marked ? name.substring(0, name.length() - separator.length()) : name));
        if (folder.getFileSystem().marksFolders()) {
            known.listed(path.toAbsolutePath(), marked, StoreProvider::asked);
        }
        return path;
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        told(path);
    }

    // Writing.

    /** An archive is not: what is written into it is lost unless its file system is closed, which others use. */
    private static void requireWritable(Path path) {
        if (((StorePath) path).getFileSystem().isReadOnly()) {
            throw new UsageException(path + ": nothing can be written there");
        }
    }

    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
        requireWritable(path);
        StorePath its = (StorePath) path.toAbsolutePath();
        known.forget(its);
        return new FilterOutputStream(Files.newOutputStream(file(its), options)) {
            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                out.write(bytes, from, count);
            }

            @Override
            public void close() throws IOException {
                try {
                    out.close();
                } finally {
                    known.forget(its);
                }
            }
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        requireWritable(path);
        known.forgetFolder((StorePath) path.toAbsolutePath());
        Attempts.of(path.toString(), () -> Files.createDirectory(folder(path)));
    }

    @Override
    public void delete(Path path) throws IOException {
        requireWritable(path);
        StorePath its = (StorePath) path.toAbsolutePath();
        boolean directory = readAttributes(its).isDirectory();
        if (directory && !list(its).isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        known.forget(its);
        Attempts.of(path.toString(), () -> Files.deleteIfExists(directory ? folder(its) : file(its)));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        requireWritable(to);
        known.forget((StorePath) to.toAbsolutePath());
        Attempts.of(to.toString(), () -> Files.copy(file(from), file(to), options));
    }

    /** {@inheritDoc} A store copies, and removes the old name then: both are there in between. */
    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        copy(from, to, options);
        delete(from);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return one.toRealPath().equals(other.toRealPath());
    }

    @Override
    public boolean isHidden(Path path) {
        return path.getFileName() != null && path.getFileName().toString().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("nobody knows how much room a store has");
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("attributes of files in a store cannot be set");
    }
}

package org.batchmill.testing;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The machine's own file system with a fault: the n-th change (opening a file to write, writing, flushing, renaming, removing) fails,
 * and with a power cut every one after it too; or files that cannot be read behind some byte. Paths made by {@link #on} go through it.
 *
 * <p>A JVM started with {@code -Djava.nio.file.spi.DefaultFileSystemProvider=org.batchmill.testing.FaultyDisk} has it in the place of its own
 * file system: {@link #ofThisJvm()}, which can be filled up, so that whole commands meet a full disk.
 */
public final class FaultyDisk extends FileSystemProvider {

    private final FileSystem base;
    private final String scheme;
    private final FileSystem system = new FaultySystem();
    private final boolean powerCut;
    private int changesLeft;
    private boolean full;
    private Pattern failing;
    private volatile long readable = Long.MAX_VALUE;
    private volatile String vanishing;
    private final List<String> changes = new ArrayList<>();
    private final Map<String, String> temporary = new HashMap<>();
    private final Map<Path, Integer> temporaryIn = new HashMap<>();

    /** @param failing the number of the change that fails, from 0; more than there are for none */
    public FaultyDisk(int failing, boolean powerCut) {
        this(FileSystems.getDefault(), "faulty", failing, powerCut);
    }

    /** For the JVM, which makes its file system of it. */
    public FaultyDisk(FileSystemProvider own) {
        this(own.getFileSystem(URI.create("file:///")), own.getScheme(), Integer.MAX_VALUE, false);
    }

    private FaultyDisk(FileSystem base, String scheme, int failing, boolean powerCut) {
        this.base = base;
        this.scheme = scheme;
        this.changesLeft = failing;
        this.powerCut = powerCut;
    }

    /** From now on the first change that is told of so fails, and no other; none for null. Forgets the changes so far. */
    public synchronized void failAt(Pattern change) {
        forget();
        failing = change;
        changesLeft = Integer.MAX_VALUE;
        full = false;
    }

    private void forget() {
        changes.clear();
        temporary.clear();
        temporaryIn.clear();
    }

    /** The file system of this JVM, if it was started with one. */
    public static FaultyDisk ofThisJvm() {
        return (FaultyDisk) FileSystems.getDefault().provider();
    }

    /** From now on so many changes are possible; then nothing more can be written, and files can only be removed. Forgets the changes so far. */
    public synchronized void fillUpAfter(int possible) {
        forget();
        changesLeft = possible;
        full = true;
    }

    /** A disk on which nothing can be read behind so many bytes of a file, and all else works. */
    public static FaultyDisk unreadableBehind(long bytes) {
        FaultyDisk disk = new FaultyDisk(Integer.MAX_VALUE, false);
        disk.readable = bytes;
        return disk;
    }

    /** From now on files of a name are gone when their folder has been listed, as where another thread removes them meanwhile. */
    public void vanish(String name) {
        vanishing = name;
    }

    /** The path, on this disk. */
    public Path on(Path real) {
        return new FaultyPath(real);
    }

    /**
     * What was done up to the fault, each with the file: {@code write /a/b}, and the new name behind that of a file that was renamed. Temporary
     * files, whose names are drawn, are called by their number in their folder: {@code write /a/temporary-1}.
     */
    public synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    /** @throws FileSystemException naming the file, as the JVM's own file system does */
    private void changeFolder(String what, Path path) throws IOException {
        try {
            change(what, path);
        } catch (IOException e) {
            throw new FileSystemException(path.toString(), null, e.getMessage());
        }
    }

    private synchronized void change(String what, Path path) throws IOException {
        if (full && what.equals("delete")) {
            return;
        }
        String change = what + " " + name(path);
        changes.add(change);
        int left = changesLeft--;
        boolean meant = failing != null && failing.matcher(change).matches();
        if (left == 0 || (left < 0 && (powerCut || full)) || meant) {
            failing = meant ? null : failing;
            throw new IOException("No space left on device");
        }
    }

    private String name(Path path) {
        if (!path.getFileName().toString().endsWith(".tmp")) {
            return path.toString();
        }
        return temporary.computeIfAbsent(path.toString(), file -> path.resolveSibling(
                        "temporary-" + temporaryIn.merge(path.getParent(), 1, Integer::sum))
                .toString());
    }

    private void read(long position, ByteBuffer target) throws IOException {
        if (position + target.remaining() > readable) {
            throw new IOException("Input/output error");
        }
    }

    private static Path real(Path path) {
        return path instanceof FaultyPath faulty ? faulty.real : path;
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        if (options.contains(StandardOpenOption.WRITE)) {
            changeFolder("open", path);
        }
        return new FaultyChannel(FileChannel.open(real(path), options, attributes), path);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(real(folder))) {
            for (Path file : files) {
                if (filter.accept(on(file))) {
                    found.add(on(file));
                }
            }
        }
        if (vanishing != null) {
            Files.deleteIfExists(real(folder).resolve(vanishing));
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        if (full) {
            changeFolder("folder", folder);
        }
        Files.createDirectory(real(folder), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        change("delete", path);
        Files.delete(real(path));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        synchronized (this) {
            change("rename", source);
            int last = changes.size() - 1;
            changes.set(last, changes.get(last) + " " + target);
        }
        Files.move(real(source), real(target), options);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        changeFolder("copy", target);
        Files.copy(real(source), real(target), options);
    }

    @Override
    public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
        Files.createSymbolicLink(real(link), real(target), attributes);
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
        return on(Files.readSymbolicLink(real(link)));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return Files.isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return Files.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        base.provider().checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return Files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return Files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return Files.readAttributes(real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        Files.setAttribute(real(path), attribute, value, options);
    }

    @Override
    public String getScheme() {
        return scheme;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return system;
    }

    @Override
    public Path getPath(URI uri) {
        return on(base.provider().getPath(uri));
    }

    /** A channel whose writes and flushes count. */
    private final class FaultyChannel extends FileChannel {
        private final FileChannel real;
        private final Path path;

        FaultyChannel(FileChannel real, Path path) {
            this.real = real;
            this.path = path;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            change("write", path);
            return real.write(source);
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            change("write", path);
            return real.write(sources, offset, length);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            change("write", path);
            return real.write(source, position);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            change("flush", path);
            real.force(metadata);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            FaultyDisk.this.read(real.position(), target);
            return real.read(target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            return real.read(targets, offset, length);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            FaultyDisk.this.read(position, target);
            return real.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return real.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            real.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            real.truncate(size);
            return this;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            return real.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return real.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return real.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }
    }

    private final class FaultySystem extends FileSystem {
        @Override
        public FileSystemProvider provider() {
            return FaultyDisk.this;
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return base.getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            List<Path> roots = new ArrayList<>();
            base.getRootDirectories().forEach(root -> roots.add(on(root)));
            return roots;
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return base.getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return base.supportedFileAttributeViews();
        }

        @Override
        public Path getPath(String first, String... more) {
            return on(base.getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            PathMatcher matcher = base.getPathMatcher(pattern);
            return path -> matcher.matches(FaultyDisk.real(path));
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            return base.getUserPrincipalLookupService();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }

    private final class FaultyPath implements Path {
        private final Path real;

        FaultyPath(Path real) {
            this.real = real;
        }

        private Path wrap(Path path) {
            return path == null ? null : new FaultyPath(path);
        }

        @Override
        public FileSystem getFileSystem() {
            return system;
        }

        @Override
        public boolean isAbsolute() {
            return real.isAbsolute();
        }

        @Override
        public Path getRoot() {
            return wrap(real.getRoot());
        }

        @Override
        public Path getFileName() {
            return wrap(real.getFileName());
        }

        @Override
        public Path getParent() {
            return wrap(real.getParent());
        }

        @Override
        public int getNameCount() {
            return real.getNameCount();
        }

        @Override
        public Path getName(int index) {
            return wrap(real.getName(index));
        }

        @Override
        public Path subpath(int from, int to) {
            return wrap(real.subpath(from, to));
        }

        @Override
        public boolean startsWith(Path other) {
            return real.startsWith(FaultyDisk.real(other));
        }

        @Override
        public boolean endsWith(Path other) {
            return real.endsWith(FaultyDisk.real(other));
        }

        @Override
        public Path normalize() {
            return wrap(real.normalize());
        }

        @Override
        public Path resolve(Path other) {
            return wrap(real.resolve(FaultyDisk.real(other)));
        }

        @Override
        public Path relativize(Path other) {
            return wrap(real.relativize(FaultyDisk.real(other)));
        }

        @Override
        public URI toUri() {
            return real.toUri();
        }

        @Override
        public Path toAbsolutePath() {
            return wrap(real.toAbsolutePath());
        }

        @Override
        public Path toRealPath(LinkOption... options) throws IOException {
            return wrap(real.toRealPath(options));
        }

        @Override
        public File toFile() {
            return real.toFile();
        }

        @Override
        public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Path other) {
            return real.compareTo(FaultyDisk.real(other));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof FaultyPath path && real.equals(path.real);
        }

        @Override
        public int hashCode() {
            return real.hashCode();
        }

        @Override
        public String toString() {
            return real.toString();
        }
    }
}

package org.batchmill.ingest.sources.store;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;

/** One store, a bucket for instance, as {@link StoreProvider} shows it. Stays open as long as the provider's own. Safe for use by many threads. */
final class StoreFileSystem extends FileSystem {

    private final StoreProvider provider;
    private final String prefix;
    private final FileSystem provided;

    /**
     * @param prefix   what absolute paths begin with: {@code s3://bucket}
     * @param provided of the provider that reaches it
     */
    StoreFileSystem(StoreProvider provider, String prefix, FileSystem provided) {
        this.provider = provider;
        this.prefix = prefix;
        this.provided = provided;
    }

    String prefix() {
        return prefix;
    }

    /**
     * The provider's own path.
     *
     * @param folder whether it is that of a folder: some providers tell them apart by a separator at the end
     */
    Path provided(StorePath path, boolean folder) {
        String separator = provided.getSeparator();
        String root = provided.getRootDirectories().iterator().next().toString();
        String names = String.join(separator, path.toAbsolutePath().names());
        return provided.getPath(root + names + (folder && !names.isEmpty() ? separator : ""));
    }

    /** Whether the provider's paths tell folders from files, by a separator at the end. */
    boolean marksFolders() {
        StorePath any = getPath("/a");
        return !provided(any, true).toString().equals(provided(any, false).toString());
    }

    @Override
    public StoreProvider provider() {
        return provider;
    }

    /** {@inheritDoc} Others use it too. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("a store stays open");
    }

    /** Whether the provider's own is: a program that has it may close it, as one in memory or an archive. */
    @Override
    public boolean isOpen() {
        return provided.isOpen();
    }

    @Override
    public boolean isReadOnly() {
        return prefix.startsWith(Places.ARCHIVE) || provided.isReadOnly();
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(new StorePath(this, true, List.of()));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public StorePath getPath(String first, String... more) {
        return StorePath.parse(this, more.length == 0 ? first : first + "/" + String.join("/", more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        return FileSystems.getDefault().getPathMatcher(syntaxAndPattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("files of a store have no owners here");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("a store tells nobody of changes");
    }
}

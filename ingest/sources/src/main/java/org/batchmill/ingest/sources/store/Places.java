package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Storage;

/**
 * What users write for a file, a folder or a pattern, as a path: {@code out/a.tfrecord} of this machine, {@code s3://bucket/a.tfrecord} or
 * {@code jar:file:/tmp/a.zip!/a.tfrecord} of a {@code java.nio.file} provider on the class path. It is taken literally, {@code %} and
 * spaces too. The one place where a user's word becomes a path. Safe for use by many threads.
 */
public final class Places {

    /** A scheme of one letter is a drive; {@code jar:} holds another URI up to its {@code !}. */
    private static final Pattern URI_WORD =
            Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]+)://([^/]*)(.*)|(jar):(.+?)!(.*)");

    /** What URIs of archives begin with. */
    static final String ARCHIVE = "jar:";

    private static final StoreProvider PROVIDER = new StoreProvider();

    /** By what their paths begin with. Guarded by itself. */
    private static final Map<String, StoreFileSystem> STORES = new HashMap<>();

    private Places() {}

    /**
     * The path that a user's word means. Nothing is looked up there.
     *
     * @throws MissingPartException if no provider on the class path knows the scheme
     * @throws UsageException       if it is no path
     */
    public static Path of(String word) {
        Matcher uri = URI_WORD.matcher(word);
        if (!uri.matches()) {
            return local(word);
        }
        boolean archive = uri.group(4) != null;
        String scheme = archive ? uri.group(4) : uri.group(1);
        if (scheme.equalsIgnoreCase("file")) {
            return local(uri.group(3));
        }
        if (!archive && uri.group(2).contains("@")) {
            throw new UsageException(
                    scheme + "://...: credentials do not stand in a URI: they are the provider's own settings"
                            + " (docs/stores.md)");
        }
        String prefix = archive ? ARCHIVE + uri.group(5) + "!" : scheme + "://" + uri.group(2);
        String path = archive ? uri.group(6) : uri.group(3);
        return store(word, scheme, prefix).getPath("/" + path);
    }

    /** Whether a user's word names a provider, and so is no file of this machine whatever else is wrong with it. */
    public static boolean isUri(String word) {
        return URI_WORD.matcher(word).matches();
    }

    /** As {@link #of}, of what must lie on this machine: {@code what} names it to the user who wrote another. */
    public static Path local(String word, String what) {
        Matcher uri = URI_WORD.matcher(word);
        if (uri.matches() && !"file".equalsIgnoreCase(uri.group(1))) {
            throw elsewhere(word, what);
        }
        return of(word);
    }

    /**
     * Refuses what lies elsewhere.
     *
     * @param path null for none
     * @param what it is, in words: {@code --run}
     * @throws UsageException if it is not a path of this machine
     */
    public static void requireLocal(Path path, String what) {
        if (path != null && !Storage.isLocal(path)) {
            throw elsewhere(path, what);
        }
    }

    private static UsageException elsewhere(Object path, String what) {
        return new UsageException(path + ": " + what + " must be on this machine");
    }

    /**
     * From now on what is read of stores is kept on this machine too, for this process and those after it.
     *
     * @param folder of this machine, which is made if it is not there; processes may share it
     * @param budget in bytes; what was not used for longest goes first
     */
    public static void keepIn(Path folder, long budget) throws IOException {
        requireLocal(folder, "the cache's folder");
        Blocks.keepIn(BlockCache.open(folder, budget));
    }

    /** From now on nothing that is read of stores is kept on this machine. */
    public static void keepNowhere() {
        Blocks.keepIn(null);
    }

    /**
     * Hears that a folder is a data set, which is read and looked at in many ways first: if it lies in a store, what is listed at and below it is
     * believed for a minute, in which others' changes are not seen; but nowhere where this process writes.
     */
    public static void isData(Path folder) {
        if (folder instanceof StorePath its) {
            PROVIDER.isData(its);
        }
    }

    /** Hears that processes write to a folder, which may lie in that of the data: its listings, and those below it, are of the moment. */
    public static void isWritten(Path folder) {
        if (folder instanceof StorePath its) {
            PROVIDER.isWritten(its);
        }
    }

    private static Path local(String word) {
        if (word.isBlank()) {
            throw new UsageException(
                    "'" + word + "' is no path: it is empty"); // to the system it is the working folder
        }
        try {
            return Path.of(word);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + word + "' is no path: " + e.getReason(), e);
        }
    }

    private static StoreFileSystem store(String word, String scheme, String prefix) {
        synchronized (STORES) {
            StoreFileSystem known = STORES.get(prefix);
            if (known == null || !known.isOpen()) {
                known = new StoreFileSystem(PROVIDER, prefix, provided(word, scheme, prefix));
                STORES.put(prefix, known);
            }
            return known;
        }
    }

    private static FileSystem provided(String word, String scheme, String prefix) {
        FileSystemProvider provider = providers()
                .filter(each -> each.getScheme().equalsIgnoreCase(scheme))
                .findFirst()
                .orElseThrow(() -> new MissingPartException(word + ": nothing here reads " + scheme
                        + ":; --jars names the jars of a provider (docs/stores.md)"));
        try {
            URI root = prefix.startsWith(ARCHIVE) ? URI.create(prefix + "/") : root(prefix);
            try {
                return provider.getPath(root).getFileSystem();
            } catch (FileSystemNotFoundException e) {
                return provider.newFileSystem(root, Map.of());
            }
        } catch (NoSuchFileException e) {
            throw new UsageException(word + ": there is no file " + e.getFile(), e);
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            throw new UsageException(word + ": cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Those of the JVM, and those beside this class: workers of a cluster have a class loader for each job. */
    private static Stream<FileSystemProvider> providers() {
        return Stream.concat(
                FileSystemProvider.installedProviders().stream(),
                ServiceLoader.load(FileSystemProvider.class, Places.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get));
    }

    private static URI root(String prefix) throws URISyntaxException {
        int at = prefix.indexOf("://");
        return new URI(prefix.substring(0, at), prefix.substring(at + 3), "/", null, null);
    }
}

package org.batchmill.ingest.sources.store;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.batchmill.records.UsageException;

/**
 * A path in a store. An absolute one reads as the user wrote it, {@code s3://bucket/photos/a.jpg}, so that every error names what can be
 * looked up; providers' own paths often leave out the bucket. Immutable.
 */
final class StorePath implements Path {

    private final StoreFileSystem store;
    private final boolean absolute;
    private final List<String> names;

    StorePath(StoreFileSystem store, boolean absolute, List<String> names) {
        this.store = store;
        this.absolute = absolute;
        this.names = List.copyOf(names);
    }

    static StorePath parse(StoreFileSystem store, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidPathException(text, "NUL is no part of a name");
        }
        List<String> names =
                Arrays.stream(text.split("/")).filter(name -> !name.isEmpty()).toList();
        return new StorePath(store, text.startsWith("/"), names);
    }

    List<String> names() {
        return names;
    }

    private StorePath its(Path other) {
        if (other instanceof StorePath path && path.store == store) {
            return path;
        }
        throw new ProviderMismatchException(this + " and " + other + " lie in different places");
    }

    @Override
    public StoreFileSystem getFileSystem() {
        return store;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public StorePath getRoot() {
        return absolute ? new StorePath(store, true, List.of()) : null;
    }

    @Override
    public StorePath getFileName() {
        return names.isEmpty() ? null : new StorePath(store, false, names.subList(names.size() - 1, names.size()));
    }

    @Override
    public StorePath getParent() {
        boolean none = names.isEmpty() || (names.size() == 1 && !absolute);
        return none ? null : new StorePath(store, absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public StorePath getName(int index) {
        return subpath(index, index + 1);
    }

    @Override
    public StorePath subpath(int begin, int end) {
        if (begin < 0 || end > names.size() || begin >= end) {
            throw new IllegalArgumentException(this + " has no names " + begin + " to " + end);
        }
        return new StorePath(store, false, names.subList(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof StorePath path
                && path.store == store
                && path.absolute == absolute
                && path.names.size() <= names.size()
                && names.subList(0, path.names.size()).equals(path.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof StorePath path) || path.store != store || path.names.size() > names.size()) {
            return false;
        }
        return path.absolute
                ? equals(path)
                : names.subList(names.size() - path.names.size(), names.size()).equals(path.names);
    }

    @Override
    public StorePath normalize() {
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            boolean up = name.equals("..");
            boolean undone = up && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..");
            if (undone) {
                kept.remove(kept.size() - 1);
            } else if (!name.equals(".") && !(up && absolute)) {
                kept.add(name);
            }
        }
        return new StorePath(store, absolute, kept);
    }

    @Override
    public Path resolve(Path other) {
        if (other.isAbsolute()) {
            return other;
        }
        List<String> joined = new ArrayList<>(names);
        joined.addAll(its(other).names);
        return new StorePath(store, absolute, joined);
    }

    @Override
    public StorePath relativize(Path other) {
        StorePath to = its(other);
        if (to.absolute != absolute) {
            throw new IllegalArgumentException("only one of " + this + " and " + other + " is absolute");
        }
        int same = 0;
        while (same < Math.min(names.size(), to.names.size()) && names.get(same).equals(to.names.get(same))) {
            same++;
        }
        List<String> way = new ArrayList<>(Collections.nCopies(names.size() - same, ".."));
        way.addAll(to.names.subList(same, to.names.size()));
        return new StorePath(store, false, way);
    }

    @Override
    public URI toUri() {
        return store.provided(toAbsolutePath(), false).toUri();
    }

    @Override
    public StorePath toAbsolutePath() {
        return absolute ? this : new StorePath(store, true, names);
    }

    /** {@inheritDoc} There are no links in a store, so nothing is asked of it. */
    @Override
    public StorePath toRealPath(LinkOption... options) {
        return toAbsolutePath().normalize();
    }

    /** {@inheritDoc} Whoever needs a file of this machine refuses others. */
    @Override
    public java.io.File toFile() {
        throw new UsageException(this + ": must lie on this machine");
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("a store tells nobody of changes");
    }

    @Override
    public int compareTo(Path other) {
        StorePath to = (StorePath) other;
        if (store != to.store) {
            return store.prefix().compareTo(to.store.prefix());
        }
        int order = Boolean.compare(to.absolute, absolute);
        return order != 0 ? order : String.join("/", names).compareTo(String.join("/", to.names));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StorePath path
                && path.store == store
                && path.absolute == absolute
                && path.names.equals(names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(names, absolute);
    }

    @Override
    public String toString() {
        String joined = String.join("/", names);
        return absolute ? store.prefix() + "/" + joined : joined;
    }
}

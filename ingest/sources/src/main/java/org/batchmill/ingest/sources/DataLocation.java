package org.batchmill.ingest.sources;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.FolderWalk;
import org.batchmill.records.UsageException;
import org.batchmill.records.annotations.DataSetFile;
import org.batchmill.records.files.DataSetJson;

/**
 * Where data lies, as the user wrote it: a folder, a file, or a pattern whose last part has {@code *}, {@code ?}, {@code [..]} or {@code
 * {..}} in it. Hidden files are no data unless they are named.
 *
 * @param text  as the user wrote it
 * @param path  the folder or file; for a pattern the folder in which it is looked for
 * @param files the files themselves, sorted by name; empty for a folder
 * @param named the file that stands for the folder, where the user named that; null for none
 * @param splits the files by their split, where the user named what packing wrote of them; else empty
 */
record DataLocation(String text, Path path, List<Path> files, DataSetFile named, Map<String, List<Path>> splits) {

    private DataLocation(String text, Path path, List<Path> files) {
        this(text, path, files, null, Map.of());
    }

    /**
     * Finds the data.
     *
     * @throws DataException if nothing is there, or a pipe or a device
     */
    static DataLocation find(String where) throws IOException {
        Path path = path(where);
        BasicFileAttributes there = path == null ? null : attributes(where, path);
        if (there != null && there.isDirectory()) {
            Places.isData(path);
            return new DataLocation(where, path, List.of());
        }
        if (there != null && there.isRegularFile()) {
            return ofFile(where, path);
        }
        if (there != null) {
            throw new DataException(Kind.UNSUPPORTED, where, "not a plain file");
        }
        int slash = Math.max(where.lastIndexOf('/'), where.lastIndexOf(java.io.File.separatorChar));
        String pattern = where.substring(slash + 1);
        if (!pattern.matches("(?s).*[*?\\[{].*")) {
            throw new DataException(Kind.MISSING, where, "there is no such folder or file");
        }
        Path folder = path(slash < 0 ? "." : where.substring(0, Math.max(slash, 1)));
        BasicFileAttributes its = folder == null ? null : attributes(where, folder);
        if (its == null || !its.isDirectory()) {
            throw new DataException(Kind.MISSING, where, "there is no folder " + folder);
        }
        List<Path> files = matches(slash < 0 ? Places.of("") : folder, folder, pattern);
        if (files.isEmpty()) {
            throw new DataException(Kind.MISSING, where, "no file matches");
        }
        return new DataLocation(where, folder, files);
    }

    /** Null if it is not there. Why a store does not answer is told; of this machine's files only that there is none. */
    private static BasicFileAttributes attributes(String where, Path path) throws DataException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (UncheckedIOException e) {
            throw unreachable(where, e.getCause());
        } catch (IOException e) {
            return null;
        }
    }

    private static DataException unreachable(String where, IOException e) {
        String reason = e instanceof FileSystemException its ? its.getReason() : e.getMessage();
        return new DataException(Kind.MISSING, where, "cannot be read: " + reason, e);
    }

    private static DataLocation ofFile(String where, Path path) throws IOException {
        Map<String, List<Path>> splits = DataSetJson.shards(path);
        if (!splits.isEmpty()) {
            List<Path> files = splits.values().stream().flatMap(List::stream).toList();
            return new DataLocation(where, path, files, null, splits);
        }
        DataSetFile named = DataSetFile.of(path).orElse(null);
        return named == null
                ? new DataLocation(where, path, List.of(path))
                : new DataLocation(where, named.root(), List.of(), named, Map.of());
    }

    private static List<Path> matches(Path base, Path folder, String pattern) throws IOException {
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (IllegalArgumentException e) {
            throw new UsageException("the pattern " + pattern + " is not understood: " + e.getMessage(), e);
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(Path::getFileName)
                    .filter(name -> matcher.matches(name)
                            && !name.toString().endsWith(".idx")
                            && (pattern.startsWith(".") || !isHidden(name)))
                    .sorted()
                    .map(base::resolve)
                    .filter(Files::isRegularFile)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (FileSystemException e) {
            throw unreachable(folder.toString(), e);
        }
    }

    /** As in a shell; the Finder leaves a {@code ._a.tfrecord} beside {@code a.tfrecord}. */
    static boolean isHidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    private static Path path(String text) {
        try {
            return Places.of(text);
        } catch (UsageException e) {
            if (Places.isUri(text)) {
                throw e; // and not one that repeats it: there may be credentials in it
            }
            return null;
        }
    }

    boolean isFolder() {
        return files.isEmpty();
    }

    /** The files of the data, sorted: those named, or those in the folder itself. */
    List<Path> filesAt() throws IOException {
        if (!isFolder()) {
            return files;
        }
        try (Stream<Path> list = Files.list(path)) {
            return list.filter(file -> Files.isRegularFile(file) && !isHidden(file))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Every file of the data, sorted: those named, and what names them, or all below the folder, through links too. */
    SortedMap<Path, BasicFileAttributes> allFiles() throws IOException {
        SortedMap<Path, BasicFileAttributes> all = new TreeMap<>();
        List<Path> named = new ArrayList<>(files);
        if (!splits.isEmpty()) {
            named.add(path);
        } else if (this.named != null) {
            named.add(this.named.file());
        }
        for (Path file : named) {
            all.put(file, Files.readAttributes(file, BasicFileAttributes.class));
        }
        if (isFolder()) {
            Files.walkFileTree(
                    path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new FolderWalk.Visitor() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile()) {
                                all.put(file, attributes);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
        return all;
    }
}

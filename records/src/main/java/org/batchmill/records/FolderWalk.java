package org.batchmill.records;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The files below a folder that are data: all that look through folders agree about what is none. Stateless. */
public final class FolderWalk {

    /** What systems and programs leave in folders, besides hidden files: the Finder's, a NAS's, Windows' and Python's. */
    private static final Set<String> LITTER = Set.of(
            "__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information", "lost+found", "__pycache__");

    private FolderWalk() {}

    /**
     * Whether a file or folder is no data by its name: hidden ones ({@code ._a.jpg}, {@code .ipynb_checkpoints}) and what systems leave
     * behind ({@code __MACOSX}).
     */
    public static boolean isLitter(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith(".") || LITTER.contains(name);
    }

    /** {@link #files(Path, int, Predicate)} of all depths. */
    public static List<Path> files(Path folder, Predicate<String> wanted) throws IOException {
        return files(folder, Integer.MAX_VALUE, wanted);
    }

    /**
     * Files by their path; without those that are no data, or lie in a folder that is none. Links are followed, but for those that lead back
     * to a folder that they lie in. The folder itself is looked into whatever its name.
     *
     * @param depth  1 for the folder itself
     * @param wanted is given the names of files
     * @return none if there is no such folder
     * @throws IOException if a folder cannot be read
     */
    public static List<Path> files(Path folder, int depth, Predicate<String> wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> found = depth == 1 ? filesIn(folder, wanted) : filesBelow(folder, depth, wanted);
        Collections.sort(found);
        return found;
    }

    /** What a file is must be asked of the system, file by file, so only those of a wanted name are asked for. */
    private static List<Path> filesIn(Path folder, Predicate<String> wanted) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                if (wanted.test(file.getFileName().toString()) && !isLitter(file) && Files.isRegularFile(file)) {
                    found.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private static List<Path> filesBelow(Path folder, int depth, Predicate<String> wanted) throws IOException {
        List<Path> found = new ArrayList<>();
        walk(folder, depth, wanted, file -> {
            found.add(file);
            return FileVisitResult.CONTINUE;
        });
        return found;
    }

    /** Whether {@link #files(Path, Predicate)} would find any; the first one ends the search. */
    public static boolean any(Path folder, Predicate<String> wanted) throws IOException {
        List<Path> found = new ArrayList<>(1);
        if (Files.isDirectory(folder)) {
            walk(folder, Integer.MAX_VALUE, wanted, file -> {
                found.add(file);
                return FileVisitResult.TERMINATE;
            });
        }
        return !found.isEmpty();
    }

    private static void walk(Path folder, int depth, Predicate<String> wanted, Function<Path, FileVisitResult> onFound)
            throws IOException {
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new Visitor() {
            @Override
            public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) throws IOException {
                return !below.equals(folder) && (isLitter(below) || leadsAbove(below, folder))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                return attributes.isRegularFile()
                                && !isLitter(file)
                                && wanted.test(file.getFileName().toString())
                        ? onFound.apply(file)
                        : FileVisitResult.CONTINUE;
            }
        });
    }

    /** Whether it is a link to a folder that the other lies in: the walk's own search for loops begins below. Stores have no links. */
    private static boolean leadsAbove(Path link, Path folder) throws IOException {
        return link.getFileSystem() == FileSystems.getDefault()
                && Files.isSymbolicLink(link)
                && folder.toRealPath().startsWith(link.toRealPath());
    }

    /**
     * For walks that follow links: one that leads back to a folder that it lies in is passed by, since all of that is met anyway. So is
     * what is no data and not for this user: a disk's {@code lost+found} is its administrator's.
     */
    public abstract static class Visitor extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return e instanceof FileSystemLoopException || (e instanceof AccessDeniedException && isLitter(file))
                    ? FileVisitResult.CONTINUE
                    : super.visitFileFailed(file, e);
        }
    }
}

package org.batchmill.records.annotations;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.FolderWalk;
import org.batchmill.records.InputFile;
import org.batchmill.records.SampleId;
import org.batchmill.records.image.ImageNames;

/** How the formats look at folders. */
final class FolderFiles {

    /** No system's paths are longer; what is done with each part of one stays small. */
    static final int LONGEST_NAME = 4096;

    /** No folders are nested deeper; each part of a name that is taken away costs a look. */
    static final int MOST_PARTS = 64;

    private FolderFiles() {}

    /** Whether a file is named like an image; its bytes are not looked at. */
    static boolean isImage(Path file) {
        return ImageNames.isImage(file.getFileName().toString());
    }

    /** The images below a folder, sorted by path. Links are followed. */
    static List<Path> imagesBelow(Path folder) throws IOException {
        return FolderWalk.files(folder, ImageNames::isImage);
    }

    /** {@link #imagesBelow(Path)}; those of formats that are not read are added to {@code foreign}, which spares another walk. */
    static List<Path> imagesBelow(Path folder, List<Path> foreign) throws IOException {
        List<Path> images = new ArrayList<>();
        for (Path file :
                FolderWalk.files(folder, name -> ImageNames.isImage(name) || ImageNames.isForeignImage(name))) {
            (isImage(file) ? images : foreign).add(file);
        }
        return images;
    }

    /** The images in a folder itself that are of formats that are not read, sorted. */
    static List<Path> foreignIn(Path folder) throws IOException {
        return FolderWalk.files(folder, 1, ImageNames::isForeignImage);
    }

    /** What is to be said of images in folders that are left out, since they are of formats that are not read; empty if there are none. */
    static Optional<String> foreignBelow(Iterable<Path> folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders) {
            found.addAll(FolderWalk.files(folder, ImageNames::isForeignImage));
        }
        return ImageNames.foreignNotice(found);
    }

    /** The images in a folder itself, sorted. */
    static List<Path> imagesIn(Path folder) throws IOException {
        return FolderWalk.files(folder, 1, ImageNames::isImage);
    }

    /** Whether there is an image in a folder or below it. */
    static boolean hasImagesBelow(Path folder) throws IOException {
        return FolderWalk.any(folder, ImageNames::isImage);
    }

    /** Whether there is an image in a folder itself. */
    static boolean hasImages(Path folder) throws IOException {
        return hasImages(folder, "");
    }

    /** Whether there is an image in a folder itself whose name begins with {@code start}. */
    static boolean hasImages(Path folder, String start) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.anyMatch(file ->
                    file.getFileName().toString().startsWith(start) && isImage(file) && Files.isRegularFile(file));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The files in a folder itself that end in {@code suffix}, in lower or upper case, sorted; hidden ones are left out. */
    static List<Path> filesIn(Path folder, String suffix) throws IOException {
        return FolderWalk.files(folder, 1, name -> endsIn(name, suffix));
    }

    /** As {@link #filesIn}, with those in folders below. */
    static List<Path> filesBelow(Path folder, String suffix) throws IOException {
        return FolderWalk.files(folder, name -> endsIn(name, suffix));
    }

    private static boolean endsIn(String name, String suffix) {
        return name.toLowerCase(Locale.ROOT).endsWith(suffix);
    }

    /** The folders in a folder, sorted; those that are no data are left out. */
    static List<Path> foldersIn(Path folder) throws IOException {
        return foldersIn(folder, name -> true);
    }

    /** {@link #foldersIn(Path)} of wanted names; nothing is asked of the system about files and folders of other names. */
    static List<Path> foldersIn(Path folder, Predicate<String> wanted) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(path -> wanted.test(path.getFileName().toString()))
                    .filter(path -> !FolderWalk.isLitter(path))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList();
        }
    }

    /** The folder of that name in a folder, in whatever case; null if there is none. That in lower case comes first. */
    static Path folder(Path parent, String name) {
        for (String spelt : List.of(
                name,
                name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
                name.toUpperCase(Locale.ROOT))) {
            if (Files.isDirectory(parent.resolve(spelt))) {
                return parent.resolve(spelt);
            }
        }
        return null;
    }

    /** Files by their path below {@code folder} without the suffix; where two differ in the suffix alone the first counts. */
    static Map<String, Path> byStem(Path folder, List<Path> files) {
        Map<String, Path> stems = new TreeMap<>();
        for (Path file : files) {
            stems.putIfAbsent(stem(slashed(folder.relativize(file))), file);
        }
        return stems;
    }

    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }

    static String slashed(Path path) {
        return path.toString().replace('\\', '/');
    }

    static Entry entry(Path root, Path image) {
        return new Entry(SampleId.ofFile(root.relativize(image)), image);
    }

    /** A name without some parts, such as {@code ./}, at its start, however often they stand there. */
    static String withoutLeading(String name, String... parts) {
        int start = 0;
        boolean more = true;
        while (more) {
            int before = start;
            for (String part : parts) {
                start += name.startsWith(part, start) ? part.length() : 0;
            }
            more = start > before;
            while (more && name.startsWith("/", start)) {
                start++;
            }
        }
        return name.substring(start);
    }

    /**
     * A file that a label file names.
     *
     * @param folder that the name is read from: the data set's, or one of its layout
     * @throws DataException if the name leads out of the data set's folder, by itself or by a link
     */
    static Path inside(Path root, Path folder, String name, String where) throws DataException {
        if (name.length() > LONGEST_NAME) {
            throw tooLong(name, where);
        }
        try {
            Path path = within(root, folder, folder.resolve(name));
            if (path != null) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "the name " + name + " is no file name", e);
        }
        throw new DataException(Kind.BAD_ANNOTATION, where, "the name " + name + " leads out of the folder");
    }

    static DataException tooLong(String name, String where) {
        return new DataException(
                Kind.BAD_ANNOTATION, where, "a name of " + name.length() + " characters is no file name");
    }

    /**
     * A path as it lies below {@code root}, however either is spelt; null if it does not. What is there must truly lie in {@code root}
     * or {@code folder}: these may be links themselves, but nothing in them may lead out.
     */
    static Path within(Path root, Path folder, Path path) {
        Path whole = root.toAbsolutePath().normalize();
        Path absolute = path.toAbsolutePath().normalize();
        if (!absolute.startsWith(whole)) {
            return null;
        }
        try {
            Path real = absolute.toRealPath();
            if (!real.startsWith(root.toRealPath()) && !real.startsWith(folder.toRealPath())) {
                return null;
            }
        } catch (IOException e) {
            // Nothing is there, which is for the caller to say.
        }
        return root.resolve(whole.relativize(absolute));
    }

    /** Whether the first line of a text ends as on Windows. */
    static boolean endsLinesAsOnWindows(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(InputFile.stream(file))) {
            int before = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    return before == '\r';
                }
                before = next;
            }
        }
        return false;
    }
}
